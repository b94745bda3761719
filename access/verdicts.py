"""A verdict and its reasons: what lets somebody in, what holds them back, and the least that would change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.levels import Level
from kernel.errors import Sentence

ALLOW, DENY, NONE = "allow", "deny", "none"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One rule on the way. It may give a level, or be a ceiling; or it says why it gives nothing.

    ``source`` is what it comes from, as ``<type>:<id>``; ``change`` what would turn it, and who can.
    """

    rule: str
    reason: Sentence
    source: str = ""
    gives: Level = Level.NONE
    caps: Level = Level.MANAGE
    until: datetime | None = None
    change: Sentence = ""

    @property
    def effect(self) -> str:
        if self.caps < Level.MANAGE:
            return DENY
        return ALLOW if self.gives else NONE


@dataclass(frozen=True)
class Verdict:
    """What somebody holds: the most that any step gives, and no more than every ceiling leaves."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Verdict":
        return cls(tuple(steps))

    @property
    def level(self) -> Level:
        given = max((one.gives for one in self.steps), default=Level.NONE)
        return min([given, *(one.caps for one in self.steps)])

    @property
    def giving(self) -> Step | None:
        """Return the step that counts: the highest, and of those the one that lasts longest."""
        lasting = [one for one in self.steps if one.gives == self.level and one.gives]
        return max(lasting, key=lambda one: (one.until is None, one.until or datetime.min), default=None)

    @property
    def until(self) -> datetime | None:
        return self.giving.until if self.giving else None

    def lasts(self, needed: Level) -> datetime | None:
        """Return until when a level is held for certain, None for as long as it takes; it is held now."""
        ends = [one.until for one in self.steps if one.gives >= needed]
        return None if None in ends else max(ends, default=None)  # type: ignore[type-var]

    def allows(self, needed: Level) -> bool:
        return self.level >= needed

    def change(self, needed: Level) -> Sentence:
        """Return the least that would turn a no into a yes, nothing where it is one already."""
        if self.allows(needed):
            return ""
        capping = [one for one in self.steps if one.caps < needed]
        offered = [one.change for one in [*capping, *self.steps] if one.change]
        return offered[0] if offered else ""


@dataclass(frozen=True)
class Standing:
    """One person with access to something, under the organization they act for."""

    user: Any
    organization: Any
    verdict: Verdict
    contact: Any = None  # what the organization knows of them, where they are its external contact

    @property
    def is_external(self) -> bool:
        return self.contact is not None

    @property
    def company(self) -> str:
        return self.contact.company if self.contact else ""

    @property
    def country(self) -> str:
        """Return where they work, as far as it is known."""
        if self.contact:
            return self.contact.country
        return self.organization.country if self.organization else ""
