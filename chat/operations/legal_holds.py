"""An organization keeps what must not be lost, and lets go of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.events import HeldRead, LegalHoldPlaced, LegalHoldReleased
from chat.models import Channel
from chat.models.legal_holds import HeldCopy, IsHeld, LegalHold
from chat.operations.attachments import forget_bytes
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import require
from orgs.models import Contact, Membership, Organization
from workspaces.models import Participant

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
) -> LegalHold:
    """Keep what the organization's people said or will say, whatever they or retention do; who is held is not told.

    Args:
        people: of the organization; none is all of them.
        channels: where; none is wherever.
        until: the last day that is kept; None is until the hold is released.

    Raises:
        InvalidInput: somebody or some place is not the organization's to hold, or the days are the wrong way round.

    Emits: LegalHoldPlaced, in the organization's own record.
    """
    require(actor, "chat.hold", organization)
    hold = LegalHold(
        organization=organization,
        case=case.strip(),
        reason=reason.strip(),
        people=_among(people, people_of(organization), "/people"),
        channels=_among(channels, channels_of(organization), "/channels"),
        since=since,
        until=until,
        placed_by=actor.user,
    )
    if since and until and until < since:
        raise InvalidInput.at("/until", "out_of_range", _("It ends before it begins."))
    hold.save(force_insert=True)
    emit(LegalHoldPlaced.of(hold, actor.for_org(organization)))
    return hold


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
    hold = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    require(actor, "chat.hold", hold.organization)
    hold.release(actor)
    hold.save(update_fields=["released_by", "released_at"])
    emit(LegalHoldReleased.of(hold, actor.for_org(hold.organization)))
    return hold


@operation
def read_held(*, actor: Actor, hold: LegalHold) -> list[HeldCopy]:
    """Return what was kept of deleted messages that a hold covers; that somebody looked is on record.

    Emits: HeldRead.
    """
    require(actor, "chat.hold", hold.organization)
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
    rows = list(HeldCopy.objects.alias(held=IsHeld("message_id")).filter(held=False)[:AT_ONCE])
    HeldCopy.objects.filter(pk__in=[one.pk for one in rows]).delete()
    forget_bytes([name for one in rows for file in one.files for name in file["stored"]])
    return len(rows)
