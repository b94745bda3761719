"""How much of what was said before they came newcomers read: everything, some days of it, or nothing."""

import re
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kernel.errors import Sentence

EVERYTHING, FROM_JOINING = "all", "joined"
PATTERN = r"all|joined|[1-9][0-9]{0,3}d"  # "30d": the last 30 days before they came
USUAL = ("365d", "90d", "30d", "7d")


def days_of(said: str | None) -> int | None:
    """Return how many days before joining are read; None where everything is."""
    if said in (None, "", EVERYTHING):
        return None
    return 0 if said == FROM_JOINING else int(str(said).removesuffix("d"))


def stricter(one: str, other: str) -> str:
    days, others = days_of(one), days_of(other)
    if others is None:
        return one
    return other if days is None or others < days else one


def words(said: str | None) -> Sentence:
    days = days_of(said)
    if days is None:
        return _("Everything")
    return format_lazy(_("The last {n} days before they join"), n=days) if days else _("From joining")


def of_days(days: int | None) -> Sentence:
    """Return the same words for what the database has counted."""
    return words(EVERYTHING if days is None else f"{days}d" if days else FROM_JOINING)


def choices(now: Any = None) -> list[tuple[str, Sentence]]:
    """Return what a form offers, the widest first; what holds now is always among it."""
    kinds = [EVERYTHING, *USUAL, FROM_JOINING]
    if isinstance(now, str) and re.fullmatch(PATTERN, now) and now not in kinds:
        kinds.insert(1, now)
    return [(one, words(one)) for one in kinds]
