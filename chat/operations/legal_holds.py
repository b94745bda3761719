"""An organization keeps what must not be lost, and lets go of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.errors import HoldReleased
from chat.events import HeldRead, LegalHoldPlaced, LegalHoldReleased
from chat.models import Channel
from chat.models.legal_holds import HeldCopy, IsHeldBy, LegalHold
from chat.operations.attachments import forget_bytes
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import require
from orgs.models import Agreement, Contact, Membership, Organization
from workspaces.models import Member, Participant

CLOCK = "chat.legal_holds"
MOST = 200  # people or channels that one hold names
AT_ONCE = 500


def reads_record_of(organization: Organization) -> bool:
    """Ask the database, in the name of whoever acts: what follows is read past its policies."""
    words = "SELECT %s = ANY (priv.places(%s))"
    ((may,),) = execute(words, [organization.pk, ["owner", "admin", "auditor"]], ("uuid", "text[]"))
    return may


def people_of(organization: Organization) -> list[tuple[UUID, str]]:
    """Return whom an organization may hold: its members and its contacts, also those who have left."""
    if not reads_record_of(organization):
        return []
    with acting(Actor.system(CLOCK)):
        members = Membership.objects.filter(organization=organization).values_list("user_id", "user__name")
        contacts = Contact.objects.filter(organization=organization, user__isnull=False)
        found = {*members, *contacts.values_list("user_id", "user__name")}
    return sorted(found, key=lambda one: one[1])


def channels_of(organization: Organization) -> list[tuple[UUID, str]]:
    """Return the channels it may name: open ones of rooms in which it takes part, and its own internal ones."""
    if not reads_record_of(organization):
        return []
    with acting(Actor.system(CLOCK)):
        rooms = Participant.objects.filter(organization=organization).values("workspace_id")
        ours = Q(internal_to=None) | Q(internal_to=organization)
        rows = Channel.objects.filter(ours, kind=Channel.Kind.OPEN, workspace__in=rooms)
        named = rows.select_related("workspace").order_by("workspace__name", "name")
        return [(one.pk, f"{one.workspace} · {one.name}") for one in named]


@operation
def place_hold(
    *,
    actor: Actor,
    organization: Organization,
    case: str,
    reason: str,
    people: Sequence[UUID] = (),
    channels: Sequence[UUID] = (),
    since: date | None = None,
    until: date | None = None,
    agreement: UUID | None = None,
) -> LegalHold:
    """Keep what the organization's people said or will say, whatever they or retention do; who is held is not told.

    By an agreement that lets each side do so it keeps what people of the partner say in rooms that both share: the partner
    is told, and it ends with the agreement.

    Args:
        people: of the organization; none is all of them.
        channels: where; none is wherever.
        until: the last day that is kept; None is until the hold is released.
        agreement: by which words of the partner's people are held; None is one's own people's.

    Raises:
        InvalidInput: somebody or some place is not the organization's to hold, or the days are the wrong way round.

    Emits: LegalHoldPlaced, in the organization's own record, and in that of the partner whose people are held.
    """
    require(actor, "chat.hold", organization)
    agreed = _agreed(organization, agreement)
    partner = _other(agreed, organization) if agreed else None
    known = _partners_people(actor, partner) if partner else people_of(organization)
    places = _shared_with(partner, channels_of(organization)) if partner else channels_of(organization)
    hold = LegalHold(
        organization=organization,
        partner=partner,
        agreement=agreed,
        case=case.strip(),
        reason=reason.strip(),
        people=_among(people, known, "/people"),
        channels=_among(channels, places, "/channels"),
        since=since,
        until=until,
        placed_by=actor.user,
    )
    if since and until and until < since:
        raise InvalidInput.at("/until", "out_of_range", _("It ends before it begins."))
    hold.save(force_insert=True)
    emit(LegalHoldPlaced.of(hold, actor.for_org(organization)))
    return hold


def agreements_of(organization: Organization) -> list[tuple[UUID, str]]:
    """Return the agreements in force that let an organization hold words of a partner's people."""
    if not reads_record_of(organization):
        return []
    with acting(Actor.system(CLOCK)):
        found = list(_agreements(organization))
    return [(one.pk, f"{_other(one, organization)} · {one}") for one in found]


def _other(agreement: Agreement, organization: Organization) -> Organization:
    found = agreement.partnership.other(organization.pk)
    assert found is not None  # who signed has registered
    return found


def _agreements(organization: Organization) -> Any:
    sides = Q(partnership__host=organization) | Q(partnership__partner=organization)
    rows = Agreement.objects.in_force().filter(sides, legal_holds=True)
    return rows.select_related("partnership__host", "partnership__partner").order_by("pk")


def _agreed(organization: Organization, agreement: UUID | None) -> Agreement | None:
    if agreement is None:
        return None
    found = None
    if reads_record_of(organization):
        with acting(Actor.system(CLOCK)):
            found = _agreements(organization).filter(pk=agreement).first()
    if found is None:
        raise InvalidInput.at(
            "/agreement", "unknown", _("No agreement in force lets you hold words of a partner's people.")
        )
    return found


def _partners_people(actor: Actor, partner: Organization) -> list[tuple[UUID, str]]:
    """Return whom of a partner's people whoever holds may name: whom they know from rooms."""
    seats = Member.objects.visible_to(actor).filter(organization=partner, contact=None)
    return list(seats.values_list("user_id", "user__name").distinct())


def _shared_with(partner: Organization, channels: list[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    """Return those channels in which the partner's people speak too."""
    keys = [key for key, _name in channels]
    with acting(Actor.system(CLOCK)):
        rooms = Participant.objects.active().filter(organization=partner).values("workspace_id")
        rows = Channel.objects.filter(pk__in=keys, workspace__in=rooms, internal_to=None)
        shared = set(rows.values_list("pk", flat=True))
    return [one for one in channels if one[0] in shared]


def _among(said: Sequence[UUID], known: list[tuple[UUID, str]], pointer: str) -> list[UUID]:
    chosen = sorted(set(said))
    if len(chosen) > MOST or not set(chosen) <= {key for key, _name in known}:
        raise InvalidInput.at(pointer, "unknown", _("Somebody or something here is not yours to hold."))
    return chosen


@operation
def release_hold(*, actor: Actor, hold: LegalHold) -> LegalHold:
    """Let go: retention counts again, and what was kept of deleted messages goes, where no other hold covers it.

    Raises:
        HoldReleased: somebody was quicker.

    Emits: LegalHoldReleased.
    """
    require(actor, "chat.hold", hold.organization)  # first: a partner sees the row, and may not lock it
    rows = LegalHold.objects.select_for_update(of=("self",)).select_related("organization", "partner")
    hold = rows.get(pk=hold.pk)
    hold.release(actor)
    hold.save(update_fields=["released_by", "released_at"])
    emit(LegalHoldReleased.of(hold, actor.for_org(hold.organization)))
    return hold


@operation
def release_agreed_holds(*, actor: Actor, agreement_id: UUID) -> None:
    """Let go of what was held by an agreement that has ended, whichever side has ended it.

    The database does: neither side may write the other's holds.

    Emits: LegalHoldReleased, for each.
    """
    require(actor, "chat.forget_expired")
    keys = [key for (key,) in execute("SELECT priv.end_agreed_holds(%s)", [agreement_id], ("uuid",))]
    for hold in LegalHold.objects.filter(pk__in=keys).select_related("organization", "partner"):
        emit(LegalHoldReleased.of(hold, actor.for_org(hold.organization)))


@operation
def read_held(*, actor: Actor, hold: LegalHold) -> list[HeldCopy]:
    """Return what was kept of deleted messages that a hold covers; that somebody looked is on record.

    Emits: HeldRead.
    """
    require(actor, "chat.hold", hold.organization)
    if hold.agreement_id and hold.agreement_id not in dict(agreements_of(hold.organization)):
        raise HoldReleased  # what was kept by it goes with the clock's next turn
    rows = HeldCopy.objects.filter(organization=hold.organization_id)
    if hold.people:
        rows = rows.filter(author__in=hold.people)
    if hold.channels:
        rows = rows.filter(channel__in=hold.channels)
    if hold.since:
        rows = rows.filter(message__created_at__date__gte=hold.since)
    if hold.until:
        rows = rows.filter(message__created_at__date__lte=hold.until)
    with acting(Actor.system(CLOCK)):  # also of channels that those who hold do not read
        found: list[Any] = list(rows.select_related("author", "channel__workspace", "message")[:AT_ONCE])
    emit(HeldRead.of(hold, actor.for_org(hold.organization), count=len(found)))
    return found


@operation
def drop_released(*, actor: Actor) -> int:
    """Remove what was kept and no hold covers any more, with the bytes of its files; return how much."""
    require(actor, "chat.forget_expired")
    gone = HeldCopy.objects.alias(held=IsHeldBy("message_id", "organization_id")).filter(held=False)
    rows = list(gone[:AT_ONCE])
    HeldCopy.objects.filter(pk__in=[one.pk for one in rows]).delete()
    others = HeldCopy.objects.filter(message__in=[one.message_id for one in rows])  # who still holds them
    forget_bytes(sorted(_stored(rows) - _stored(others)))
    return len(rows)


def _stored(rows: Iterable[HeldCopy]) -> set[str]:
    return {name for one in rows for file in one.files for name in file["stored"]}
