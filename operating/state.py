"""What is set for the whole platform, known to every process: no page asks the database for it.

A process reads it once. A mark in Valkey says when it has changed; each process looks at that mark once a second.
Where Valkey is away, what was read last holds, and is read anew once a minute.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache

from kernel.acting import acting, somebody_acts
from kernel.actor import Actor
from kernel.nouns import uuid7
from operating.models import Banner, TurnedOff

MARK = "operating.mark"
LOOK_SECONDS = 1.0
REREAD_SECONDS = 60.0


@dataclass(frozen=True)
class State:
    off: frozenset[str] = frozenset()
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True)
class Known:
    state: State
    mark: str | None
    looked: float
    read: float


_known: Known | None = None


def current() -> State:
    """Return what holds, a second old at most."""
    global _known
    now = monotonic()
    if _known is not None and now - _known.looked < LOOK_SECONDS:
        return _known.state
    mark = _mark()
    if _known is not None and mark in (None, _known.mark) and now - _known.read < REREAD_SECONDS:
        _known = Known(_known.state, _known.mark, now, _known.read)
    else:
        _known = Known(
            _read(), mark, now, now
        )  # the mark was looked at first: what came between is read again
    return _known.state


def announce() -> None:
    """Have every process read anew; call it after commit."""
    forget()
    cache.set(MARK, uuid7().hex, timeout=None)


def forget() -> None:
    global _known
    _known = None


def _mark() -> str | None:
    try:
        return cache.get(MARK)
    except Exception:  # Valkey is away: what we know still holds
        return None


def _read() -> State:
    with nullcontext() if somebody_acts() else acting(Actor.nobody("operating")):
        off = TurnedOff.objects.values_list("switch", flat=True)
        return State(frozenset(off), tuple(Banner.objects.standing()))
