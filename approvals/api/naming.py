"""How people and organizations are named to programs."""

from typing import Any


def named(noun: Any) -> dict[str, Any] | None:
    return {"id": str(noun.pk), "name": noun.name} if noun is not None else None


def person(someone: Any, org: Any) -> dict[str, Any] | None:
    return {**(named(someone) or {}), "org": named(org)} if someone is not None else None
