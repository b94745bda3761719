"""Places in a definition, as JSON pointers: what stands there, and how it is put, taken and moved."""

from typing import Any

MISSING = object()
# What means nothing once it is empty; it goes with the last that was in it.
PRUNED = {"title", "help", "vis", "fields", "policy", "numbering", "floor", "sla", "msg"}
LONGEST, DEEPEST, MOST = 500, 80, 1_000


class Nowhere(Exception):
    """A pointer that leads to nothing."""


def parts(pointer: str) -> list[str]:
    if len(pointer) > LONGEST or (pointer and not pointer.startswith("/")):
        raise Nowhere
    found = [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]
    if len(found) > DEEPEST:
        raise Nowhere
    return found


def at(body: Any, pointer: str, otherwise: Any = None) -> Any:
    try:
        here = body
        for part in parts(pointer):
            here = here[_index(here, part)] if isinstance(here, list) else here[part]
    except (Nowhere, KeyError, IndexError, TypeError):
        return otherwise
    return here


def put(body: Any, pointer: str, value: Any) -> None:
    """Write ``value`` there; objects on the way are made, lists only grow by one at their end."""
    *way, last = parts(pointer) or [""]
    here = body
    for part in way:
        if isinstance(here, list):
            here = here[_index(here, part)]
        else:
            if not isinstance(here, dict):
                raise Nowhere
            if not isinstance(here.get(part), (dict, list)):
                here[part] = {}
            here = here[part]
    if isinstance(here, list):
        n = _index(here, last, len(here))
        here[n : n + 1] = [value]
    elif isinstance(here, dict):
        here[last] = value
    else:
        raise Nowhere


def drop(body: Any, pointer: str) -> Any:
    """Take away what stands there and return it; an object that is left empty goes with it, where that means the same."""
    *way, last = parts(pointer) or [""]
    above = "/" + "/".join(escaped(one) for one in way) if way else ""
    here = at(body, above)
    if isinstance(here, list):
        return here.pop(_index(here, last))
    if not isinstance(here, dict) or last not in here:
        return MISSING
    taken = here.pop(last)
    if not here and way and way[-1] in PRUNED:
        drop(body, above)
    return taken


def insert(body: Any, pointer: str, value: Any) -> None:
    """Put ``value`` before what stands there, or at the end of the list."""
    above, last = split(pointer)
    here = at(body, above)
    if here is None and above:
        put(body, above, [])
        here = at(body, above)
    if not isinstance(here, list) or len(here) >= MOST:
        raise Nowhere
    here.insert(_index(here, last, len(here)), value)


def split(pointer: str) -> tuple[str, str]:
    """Return where the list or object stands, and the last part."""
    above, _slash, last = pointer.rpartition("/")
    return above, last


def escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _index(here: list[Any], part: str, most: int | None = None) -> int:
    """Return a place in a list; ``-`` is its end."""
    if part == "-" and most is not None:
        return most
    if not part.isascii() or not part.isdigit() or len(part) > 4:
        raise Nowhere
    n = int(part)
    if n > (len(here) - 1 if most is None else most):
        raise Nowhere
    return n
