"""Everything that mentions an id: what is called otherwise keeps what refers to it."""

import re
from typing import Any

from approvals.designer import pointers

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
BY_FIELD, BY_PARTY = {"fields"}, {"vis"}  # objects whose keys are ids


def rename(body: Any, place: str, new: str) -> None:
    """Give what stands at ``place`` (its ``id``) another id, and let everything that mentions it say so too.

    An id that does not fit is written as it is: publishing says so, and nothing else is touched.
    """
    old = pointers.at(body, place)
    if old == new:
        return
    if new:
        pointers.put(body, place, new)
    if not isinstance(old, str) or not ID.fullmatch(old) or not ID.fullmatch(new):
        return
    kind = (
        "party" if place.startswith("/parties/") else "field" if place.startswith("/form/fields/") else "step"
    )
    if place.count("/") == {"party": 3, "field": 4}.get(kind, place.count("/")):
        _walk(body, kind, old, new, "")


def _walk(value: Any, kind: str, old: str, new: str, key: str) -> Any:
    """Return ``value`` with the mentions in it renamed; containers are changed in place."""
    if isinstance(value, list):
        value[:] = [_walk(one, kind, old, new, key if isinstance(one, str) else "") for one in value]
    elif isinstance(value, dict):
        by_id = (kind == "field" and key in BY_FIELD) or (kind == "party" and key in BY_PARTY)
        for name in list(value):
            inner = _walk(value[name], kind, old, new, name)
            if by_id and name == old:
                del value[name]
                value[new] = inner
            else:
                value[name] = inner
    elif isinstance(value, str):
        return _said(value, kind, old, new, key)
    return value


def _said(value: str, kind: str, old: str, new: str, key: str) -> str:
    if kind == "field":
        if value == f"${old}" or value.startswith(f"${old}."):
            return f"${new}{value[len(old) + 1 :]}"
        if key == "bind" and value == f"field:{old}":
            return f"field:{new}"
        return new if value == old and key in ("expose", "write", "field") else value
    if kind == "party":
        return new if value == old and key in ("party", "parties") else value
    if value.startswith(f"$step.{old}."):
        return f"$step.{new}.{value[len(old) + 7 :]}"
    if key == "on_reject" and value == f"return:{old}":
        return f"return:{new}"
    return new if value == old and key == "step" else value
