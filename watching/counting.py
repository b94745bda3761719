"""What the record says of one person, as far as one organization may read it: each rule counts in its own way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from accounts.devices import device_name
from audit.models import Chain, Entries, Entry
from kernel.events import Record
from orgs.models import Contact, Organization
from watching.countries import country_of
from watching.events import AccessRefused
from watching.models import Rule
from workspaces.models import Participant

EXPORTS = ("audit.record_exported",)
REMEMBERED = timedelta(days=90)  # that a device stays known
MOST_SHOWN = 20  # entries that an alert points to
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Count:
    """How much there was, what it was, and where it stands; ``counted`` is 0 where nothing is unusual."""

    counted: int
    evidence: list[UUID]
    found: str = ""


NOTHING = Count(0, [])


def person_of(record: Record) -> UUID | None:
    """Return whom a record is about: who acted, or who was refused."""
    return UUID(record.payload["user_id"]) if record.name == AccessRefused.name else record.actor_id


class Acts:
    """One person's entries in the records that an organization shares or keeps, up to one moment."""

    def __init__(self, organization_id: UUID, record: Record) -> None:
        self.organization_id = organization_id
        self.record = record
        rooms = Participant.objects.active().filter(organization=organization_id).values("workspace_id")
        places = Q(kind=Chain.Kind.WORKSPACE, noun_id__in=rooms) | Q(
            kind=Chain.Kind.ORG, noun_id=organization_id
        )
        self.chains = list(Chain.objects.filter(places).values_list("pk", flat=True))

    def entry(self) -> Entry | None:
        """Return the act itself, as it stands in one of the records."""
        return Entry.objects.filter(chain__in=self.chains, at=self.record.at, event_id=self.record.id).first()

    def within(self, window: timedelta) -> Entries:
        """Return what they did."""
        return self._within(window).filter(actor_id=person_of(self.record))

    def refused(self, window: timedelta) -> Entries:
        """Return what they were refused."""
        rows = self._within(window).filter(name=AccessRefused.name)
        return rows.filter(subject_id=person_of(self.record))

    def _within(self, window: timedelta) -> Entries:
        rows = Entry.objects.filter(chain__in=self.chains)
        return rows.filter(at__gt=self.record.at - window, at__lte=self.record.at)


def counted(entries: Entries, found: str = "") -> Count:
    """Return how many acts there are, and where the newest stand: a contact's stand in two records."""
    rows = entries.order_by("-at").values_list("event_id", "pk")[:MOST_COUNTED]
    return _count(dict(reversed(list(rows))), found)


def _count(acts: dict[UUID, UUID], found: str = "") -> Count:
    newest = list(reversed(acts.values()))
    return Count(len(newest), newest[:MOST_SHOWN], found)


def volume(acts: Acts, rule: Rule) -> Count:
    return counted(acts.within(rule.window))


def export(acts: Acts, rule: Rule) -> Count:
    return (
        counted(acts.within(rule.window).filter(name__in=EXPORTS)) if acts.record.name in EXPORTS else NOTHING
    )


def denials(acts: Acts, rule: Rule) -> Count:
    """An entry stands for several refusals, of which the record keeps some and counts all."""
    if acts.record.name != AccessRefused.name:
        return NOTHING
    rows = acts.refused(rule.window).order_by("-at")
    found = list(rows.values_list("pk", "payload__times")[:MOST_COUNTED])
    return Count(sum(times for _pk, times in found), [pk for pk, _times in found[:MOST_SHOWN]])


def hours(acts: Acts, rule: Rule) -> Count:
    if not rule.is_after_hours(acts.record.at):
        return NOTHING
    rows = acts.within(rule.window).order_by("at").values_list("event_id", "pk", "at")
    return _count({event: pk for event, pk, at in rows[:MOST_COUNTED] if rule.is_after_hours(at)})


def device(acts: Acts, rule: Rule) -> Count:
    """A device is new to whoever was here before with others, and not with this one; a first one is not unusual."""
    act = acts.entry()
    if act is None or not act.device:
        return NOTHING
    name = device_name(act.device)
    begins = rule.begins(act.at)
    before = acts.within(REMEMBERED).filter(at__lt=begins).exclude(device="")
    if before.filter(device=act.device).exists():
        return NOTHING
    known = {device_name(one) for one in before.values_list("device", flat=True).distinct()}
    if not known or name in known:
        return NOTHING
    return counted(acts.within(act.at - begins).filter(device=act.device) | _only(act), name)


def country(acts: Acts, rule: Rule) -> Count:
    act = acts.entry()
    here = country_of(act.address) if act else ""
    if act is None or not here or declared_country(acts.organization_id, acts.record) in ("", here):
        return NOTHING
    return counted(acts.within(rule.window).filter(address=act.address) | _only(act), here)


def _only(act: Entry) -> Entries:
    return Entry.objects.filter(pk=act.pk)


def declared_country(organization_id: UUID, record: Record) -> str:
    """Return where an organization was told that the person works: of a contact their own, else their company's."""
    contacts = Contact.objects.filter(organization=organization_id, user=person_of(record))
    contact = contacts.filter(state=Contact.State.ACTIVE).first()
    if contact is not None:
        return contact.country
    if record.org_id in (None, organization_id):
        return ""
    return Organization.objects.filter(pk=record.org_id).values_list("country", flat=True).first() or ""


WAYS: dict[str, Callable[[Acts, Rule], Count]] = {
    Rule.Kind.DENIALS: denials,
    Rule.Kind.EXPORT: export,
    Rule.Kind.VOLUME: volume,
    Rule.Kind.COUNTRY: country,
    Rule.Kind.DEVICE: device,
    Rule.Kind.HOURS: hours,
}
