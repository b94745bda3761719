"""Verbs of operators that everybody feels."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from kernel.switches import Switch
from operating import state
from operating.errors import AlreadyTurned, BannerEnded
from operating.events import BannerPutUp, BannerTakenDown, SwitchTurnedOff, SwitchTurnedOn
from operating.models import Banner, TurnedOff


@operation
def turn_off(*, actor: Actor, switch: Switch, reason: str) -> TurnedOff:
    """Turn something off for everybody but operators; every process knows within a second.

    Raises:
        AlreadyTurned: somebody was quicker.

    Emits: SwitchTurnedOff.
    """
    require(actor, "operating.operate", switch)
    try:
        with transaction.atomic(using=database()):
            off = TurnedOff.objects.create(switch=switch.name, reason=reason, by=actor.user)
    except IntegrityError:
        raise AlreadyTurned from None
    emit(SwitchTurnedOff(actor=actor, switch=switch.name, reason=reason))
    _announce()
    return off


@operation
def turn_on(*, actor: Actor, switch: Switch, reason: str) -> None:
    """Raises:
        AlreadyTurned: somebody was quicker.

    Emits: SwitchTurnedOn.
    """
    require(actor, "operating.operate", switch)
    gone, _rows = TurnedOff.objects.filter(switch=switch.name).delete()
    if not gone:
        raise AlreadyTurned
    emit(SwitchTurnedOn(actor=actor, switch=switch.name, reason=reason))
    _announce()


@operation
def put_up_banner(*, actor: Actor, starts_at: datetime, ends_at: datetime | None, **words: Any) -> Banner:
    """Tell everybody something, signed in or not.

    Args:
        words: ``level``, ``text_en``, ``text_zh``.

    Raises:
        InvalidInput: it would end before it begins, or has ended.

    Emits: BannerPutUp.
    """
    require(actor, "operating.operate")
    if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
        raise InvalidInput.at("/ends_at", "past", _("Choose an end after the beginning, and after now."))
    banner = Banner.objects.create(by=actor.user, starts_at=starts_at, ends_at=ends_at, **words)
    emit(BannerPutUp.of(banner, actor))
    _announce()
    return banner


@operation
def take_down_banner(*, actor: Actor, banner: Banner) -> Banner:
    """Raises:
        BannerEnded: it has ended by itself, or somebody was quicker.

    Emits: BannerTakenDown.
    """
    banner = Banner.objects.locked(banner.pk)
    require(actor, "operating.operate", banner)
    now = timezone.now()
    if banner.ends_at is not None and banner.ends_at <= now:
        raise BannerEnded
    banner.ends_at = now
    banner.save(update_fields=["ends_at"])
    emit(BannerTakenDown.of(banner, actor))
    _announce()
    return banner


def _announce() -> None:
    transaction.on_commit(state.announce, using=database(), robust=True)
