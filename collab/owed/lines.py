"""A thing that waits on one side of two, and the account between them that such things add up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization

SOON = timedelta(days=7)
AGES: dict[str, str | Promise] = {
    "overdue": _("Overdue"),
    "soon": _("Due within a week"),
    "later": _("Due later"),
    "long": _("Open for over a week"),
    "recent": _("Open for less than a week"),
}
ICONS = {
    "acknowledgement": "list-checks",
    "access": "key-round",
    "agreement": "file-signature",
    "approval": "stamp",
    "hold": "shield-alert",
    "invitation": "layout-grid",
    "partnership": "handshake",
}
# What each kind waits for: from us, and from them.
WAITS: dict[str, tuple[str | Promise, str | Promise]] = {
    "acknowledgement": (_("waits for your acknowledgement"), _("has not acknowledged your message yet")),
    "access": (_("asks for access"), _("has your request for access")),
    "agreement": (_("waits for your signature"), _("has not signed yet")),
    "approval": (_("waits for a decision"), _("has your request")),
    "hold": (_("waits for your answer to a hold"), _("has not answered your hold")),
    "invitation": (_("invites your organization"), _("has your invitation")),
    "partnership": (_("proposes a partnership"), _("has your proposal")),
}
ACTS: dict[str, str | Promise] = {
    "acknowledgement": _("Acknowledge"),
    "access": _("Answer"),
    "agreement": _("Sign"),
    "approval": _("Decide"),
    "hold": _("Answer"),
    "invitation": _("Answer"),
    "partnership": _("Answer"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """``is_ours``: it waits for us. ``who`` is one of ours by name, and never one of theirs: how they share
    work among themselves is their own affair."""

    kind: str
    is_ours: bool
    partner: Organization
    title: str
    url: str
    since: datetime
    due: datetime | None = None
    who: str = ""
    is_mine: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def side(self) -> str:
        return "ours" if self.is_ours else "theirs"

    @property
    def waits(self) -> str | Promise:
        return WAITS[self.kind][0 if self.is_ours else 1]

    @property
    def act(self) -> str | Promise:
        """Return what one does about it; on the other side nothing but to look."""
        return ACTS[self.kind] if self.is_ours else _("Open")

    @property
    def age(self) -> str:
        """Return where it stands in time: a key of AGES."""
        if self.due is None:
            return "long" if timezone.now() - self.since > SOON else "recent"
        left = self.due - timezone.now()
        if left < timedelta():
            return "overdue"
        return "soon" if left <= SOON else "later"


@dataclass(frozen=True)
class Sum:
    """Some lines, counted by where they stand in time."""

    lines: list[Line]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def ages(self) -> list[tuple[str, str | Promise, int]]:
        counted = Counter(one.age for one in self.lines)
        return [(key, label, counted[key]) for key, label in AGES.items()]

    @property
    def strip(self) -> list[tuple[str, int, int]]:
        """Return what each age takes of a strip as long as there are lines: key, begin, length."""
        found, begin = [], 0
        for key, _label, n in self.ages:
            if n:
                found.append((key, begin, n))
            begin += n
        return found

    @property
    def counts(self) -> dict[str, int]:
        return {"total": self.total, **{key: n for key, _label, n in self.ages}}


@dataclass
class Account:
    """All that is open with one partner, on both sides, the oldest first."""

    partner: Organization
    lines: list[Line] = field(default_factory=list)

    @property
    def ours(self) -> Sum:
        return Sum([one for one in self.lines if one.is_ours])

    @property
    def theirs(self) -> Sum:
        return Sum([one for one in self.lines if not one.is_ours])

    @property
    def sides(self) -> list[tuple[str, Sum]]:
        return [(key, one) for key, one in (("ours", self.ours), ("theirs", self.theirs)) if one.lines]


def accounts_of(lines: Iterable[Line]) -> list[Account]:
    """Return the accounts by partner: those with the most that is overdue or waits for us first."""
    found: dict[UUID, Account] = {}
    for line in sorted(lines, key=lambda one: (one.due or one.since, one.title)):
        found.setdefault(line.partner.pk, Account(line.partner)).lines.append(line)
    return sorted(found.values(), key=_rank)


def _rank(account: Account) -> tuple[int, int, str]:
    overdue = sum(1 for one in account.lines if one.age == "overdue")
    return (-overdue, -account.ours.total, account.partner.name)
