"""What the pages of watching show beside single alerts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from audit.models import Chain, Entry
from audit.timeline import Line
from kernel.actor import Actor
from watching.events import AccessRefused
from watching.models import Alert

DAYS = 14


@dataclass(frozen=True)
class Day:
    """How many alerts and refusals there were; heights are in hundredths of the highest."""

    day: date
    alerts: int
    refusals: int
    place: int
    most: int

    @property
    def x(self) -> int:
        return self.place * 20

    @property
    def alerts_top(self) -> int:
        return 100 - self.alerts_height

    @property
    def refusals_top(self) -> int:
        return 100 - self.refusals_height

    @property
    def alerts_height(self) -> int:
        return _height(self.alerts, self.most)

    @property
    def refusals_height(self) -> int:
        return _height(self.refusals, self.most)


def _height(count: int, most: int) -> int:
    return max(2, count * 100 // most) if count else 0


def days_of(actor: Actor, organization_id: UUID) -> list[Day]:
    """Return the last 14 days in the reader's zone, the newest last."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    begins = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=DAYS - 1
    )
    alerts = Alert.objects.visible_to(actor).filter(organization=organization_id, created_at__gte=begins)
    found = Counter(timezone.localdate(at) for at in alerts.values_list("created_at", flat=True))
    refused: Counter[date] = Counter()
    chain = Chain.objects.filter(kind=Chain.Kind.ORG, noun_id=organization_id).first()
    if chain is not None:
        rows = Entry.objects.filter(chain=chain, name=AccessRefused.name, at__gte=begins)
        for at, times in rows.values_list("at", "payload__times"):
            refused[timezone.localdate(at)] += times
    most = max([1, *found.values(), *refused.values()])
    days = [first + timedelta(days=one) for one in range(DAYS)]
    return [Day(day, found[day], refused[day], place, most) for place, day in enumerate(days)]


@dataclass(frozen=True)
class Proof:
    """An entry of the record that an alert points to, and where it stands there."""

    line: Line
    url: str


def proofs_of(alert: Alert) -> list[Proof]:
    """Return the entries as the reader may see them, the newest first."""
    rows = Entry.objects.filter(pk__in=alert.evidence).select_related("chain").order_by("-at")
    return [Proof(Line(one, alert.organization_id), _place(one)) for one in rows]


def _place(entry: Any) -> str:
    return f"{reverse(f'{entry.chain.kind}_audit', args=[entry.chain.noun_id])}?entry={entry.seq}#entry"
