"""The inbox of approvals: what is asked for in the address, and one page of it, from a key onwards."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Self
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from approvals.due import due_of_slots
from approvals.models import Acquaintance, Assignment, Definition, Instance, Party
from approvals.nearest import WALKED, called, nearest, with_words
from approvals.queries import TABS, is_alone, keys_waiting, requests_in
from approvals.standing_in import slots_for
from kernel.actor import Actor
from kernel.prepared import Prepared, attach, one_of, person, together
from orgs.models import Organization

DUE = ("overdue", "today", "week")
SORTS = ("newest", "oldest", "due")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
MOST_CHOICES = 100


def key_in(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


@dataclass(frozen=True)
class Wanted:
    """What cannot be read counts as not said. Due times are those of what waits for oneself."""

    tab: str = "waiting"
    q: str = ""
    across: bool = False
    definition: UUID | None = None
    partner: UUID | None = None
    due: str = ""
    unread: bool = False
    sort: str = "newest"

    @classmethod
    def read(cls, said: QueryDict) -> Self:
        tab = said.get("tab", "")
        tab = tab if tab in TABS else "waiting"
        waits = tab == "waiting"
        sort, due = said.get("sort", ""), said.get("due", "")
        return cls(
            tab=tab,
            q=said.get("q", "").strip()[:100],
            across=said.get("across") == "1",
            definition=key_in(said.get("definition", "")),
            partner=key_in(said.get("partner", "")),
            due=due if waits and due in DUE else "",
            unread=tab == "copies" and said.get("unread") == "1",
            sort=sort if sort in SORTS and (waits or sort != "due") else "newest",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.across or self.definition or self.partner or self.due or self.unread)

    @property
    def is_by_words(self) -> bool:
        """Whether nothing but words is asked for, in a list of which there may be very much."""
        return self.tab in WALKED and bool(self.q) and not (self.across or self.definition or self.partner)

    def rows(self, actor: Actor) -> QuerySet[Instance]:
        rows = self.narrow(actor, requests_in(actor, self.tab, unread=self.unread))
        if self.due:
            rows = rows.filter(pk__in=self._in_time(waiting_slots(actor)).values("instance"))
        return rows

    def narrow(self, actor: Actor, rows: QuerySet[Instance]) -> QuerySet[Instance]:
        """Leave those with these words in title or number, in which a partner takes part, of this kind, with that one."""
        if self.q:
            rows = with_words(rows, self.q)
        if self.across:
            rows = rows.filter(Exists(Party.objects.filter(instance=OuterRef("pk"))))
        if self.definition:
            rows = rows.filter(definition_id=self.definition)
        if self.partner:
            rows = rows.with_partner(actor, self.partner)
        return rows

    def fitting(self, slots: QuerySet[Assignment]) -> QuerySet[Assignment]:
        """Return those of the slots that fit: by kind, partner and due time."""
        found = Q()
        if self.definition:
            found &= Q(instance__definition_id=self.definition)
        if self.partner:
            theirs = Party.objects.filter(organization_id=self.partner).values("instance")
            found &= Q(instance__acting_org_id=self.partner) | Q(instance__in=theirs)
        return self._in_time(slots.filter(found)) if self.due else slots.filter(found)

    def _in_time(self, slots: QuerySet[Assignment]) -> QuerySet[Assignment]:
        return slots.alias(until=due_of_slots()).filter(until__lt=self._end())

    def _end(self) -> datetime:
        if self.due == "overdue":
            return timezone.now()
        days = 1 if self.due == "today" else 7
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)


def waiting_slots(actor: Actor) -> QuerySet[Assignment]:
    return Assignment.objects.filter(slots_for(actor)).waiting()


def page_of(actor: Actor, wanted: Wanted, after: str, size: int) -> tuple[list[Instance], str]:
    """Return some requests and the key of the next page, or nothing. A key that cannot be read is the beginning."""
    if wanted.sort == "due":
        return _by_due(actor, wanted, after, size)
    key, is_newest = key_in(after), wanted.sort == "newest"
    if wanted.tab == "waiting" and not wanted.is_narrowed and is_alone(actor):
        found = told(keys_waiting(actor, key, size + 1, is_newest=is_newest), is_newest=is_newest)
        return found[:size], str(found[size - 1].pk) if len(found) > size else ""
    keys = _keys(actor, wanted, key, size + 1, is_newest)
    found = told(keys, is_newest=is_newest)  # of many only the keys are sorted
    return found[:size], str(found[size - 1].pk) if len(found) > size else ""


def _keys(actor: Actor, wanted: Wanted, after: UUID | None, size: int, is_newest: bool) -> list[UUID]:
    if wanted.is_by_words:
        return called(actor, wanted.q, after, size, tab=wanted.tab, is_newest=is_newest)
    if wanted.tab in WALKED:
        return nearest(actor, wanted.tab, partial(wanted.narrow, actor), after, size, is_newest=is_newest)
    rows = wanted.rows(actor)
    if after:
        rows = rows.filter(pk__lt=after) if is_newest else rows.filter(pk__gt=after)
    return list(rows.order_by("-pk" if is_newest else "pk").values_list("pk", flat=True)[:size])


def told(requests: list[UUID], *, is_newest: bool) -> list[Instance]:
    """Return these requests with all that a line about one says, as ``Instances.told`` does, in one go."""
    rows, parties, organizations = together(
        ROWS.about(requests=requests), PARTIES.about(requests=requests), NAMES.about(requests=requests)
    )
    named = {one.pk: one for one in organizations}
    for party in parties:
        if party.organization_id in named:
            party.organization = named[party.organization_id]
    attach(rows, "parties", parties, by="instance_id")
    return sorted(rows, key=lambda one: one.pk, reverse=is_newest)


ROWS = Prepared(lambda requests: Instance.objects.filter(one_of("pk", requests)).told(), requests=list)
PARTIES = Prepared(lambda requests: Party.objects.filter(one_of("instance_id", requests)), requests=list)
NAMES = Prepared(
    lambda requests: Organization.objects.filter(
        pk__in=Party.objects.filter(one_of("instance_id", requests)).values("organization")
    ),
    requests=list,
)


def _by_due(actor: Actor, wanted: Wanted, after: str, size: int) -> tuple[list[Instance], str]:
    """First the keys in order of what waits, then the requests: what has no due time stands at the end."""
    slots = waiting_slots(actor)
    if wanted.is_narrowed:
        slots = slots.filter(instance__in=wanted.rows(actor).order_by().values("pk"))
    due = Coalesce(Min("until"), Value(NEVER))
    rows = (
        slots.order_by()
        .alias(until=due_of_slots())
        .values("instance")
        .annotate(due=due)
        .order_by("due", "instance")
    )
    time, _bar, said = after.partition("|")
    key, moment = key_in(said), _moment(time)
    if key and moment:
        rows = rows.filter(Q(due__gt=moment) | Q(due=moment, instance__gt=key))
    found = list(rows.values_list("instance", "due")[: size + 1])
    shown = [one for one, _due in found[:size]]
    known = {one.pk: one for one in Instance.objects.each_visible_to(actor).filter(pk__in=shown).told()}
    following = f"{found[size - 1][1].isoformat()}|{found[size - 1][0]}" if len(found) > size else ""
    return [known[one] for one in shown if one in known], following


def _moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def choices_of(actor: Actor) -> dict[str, list[Any]]:
    """Return by which kinds and partners one may narrow: those of one's organizations, and those met in requests."""
    if actor.user_id is None or actor.bound:
        kinds, partners = list(_kinds(actor)), list(_partners(actor))
    else:
        kinds, partners = together(KINDS.about(user=actor.user_id), PARTNERS.about(user=actor.user_id))
    return {"kinds": kinds, "partners": [one for one in partners if one.pk != actor.org_id]}


def _kinds(actor: Actor) -> QuerySet[Definition]:
    rows = Definition.objects.visible_to(actor).published().select_related("organization")
    return rows.order_by("key")[:MOST_CHOICES]


def _partners(actor: Actor) -> QuerySet[Organization]:
    met = Acquaintance.objects.of(actor).values("named")
    return Organization.objects.filter(pk__in=met).order_by("name")[: MOST_CHOICES + 1]


KINDS = Prepared(lambda user: _kinds(person(user)), user=UUID)
PARTNERS = Prepared(lambda user: _partners(person(user)), user=UUID)
