"""What an incident is about, and what is said about it inside."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents import events
from incidents.errors import AlreadyJoined
from incidents.models import Incident, Joined, Note
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization, Partnership
from watching.models import Alert
from workspaces.models import Hold, Participant, Workspace
from workspaces.operations import hold_person

KINDS: dict[type, Joined.Kind] = {
    Alert: Joined.Kind.ALERT,
    Hold: Joined.Kind.HOLD,
    User: Joined.Kind.PERSON,
    Workspace: Joined.Kind.WORKSPACE,
    Organization: Joined.Kind.PARTNER,
}


@operation
def join_thing(*, actor: Actor, incident: Incident, thing: Any) -> Joined:
    """Say that an incident is about an alert, a hold, a person, a workspace or a partner. None of them hears of it.

    Raises:
        AlreadyJoined: it stands there.
        IncidentClosed: it has to be opened again first.
        InvalidInput: it is not the organization's own.

    Emits: ThingJoined.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    kind = KINDS[type(thing)]
    if not _concerns(kind, thing, incident.organization):
        raise InvalidInput.at("/id", "not_yours", _("There is no such thing of your organization's."))
    if incident.joined.filter(**{kind.value: thing}).exists():
        raise AlreadyJoined
    joined = Joined(incident=incident, organization=incident.organization, kind=kind, **{kind.value: thing})
    joined.save(force_insert=True)
    emit(events.ThingJoined.about(joined, actor))
    return joined


def _concerns(kind: Joined.Kind, thing: Any, organization: Organization) -> bool:
    """Tell whether it is for this organization to speak of: a person is, whom the door has found for the actor."""
    if kind in (Joined.Kind.ALERT, Joined.Kind.HOLD):
        return bool(thing.organization_id == organization.pk)
    if kind == Joined.Kind.WORKSPACE:
        parts = Participant.objects.filter(workspace=thing, organization=organization)
        return parts.exists()
    if kind == Joined.Kind.PARTNER:
        return Partnership.objects.between(organization.pk, thing.pk).exists()
    return True


@operation
def hold_concerned(*, actor: Actor, incident: Incident, person: User, reason: str) -> Hold:
    """Suspend the access of somebody whom an incident is about, and join the hold to it.

    Raises:
        NotAnOutsider, AlreadyHeld: as ``hold_person`` says.
        IncidentClosed: it has to be opened again first.

    Emits: PersonHeld; ThingJoined.
    """
    require(actor, "incidents.run", incident)
    hold = hold_person(actor=actor, organization=incident.organization, user=person, reason=reason)
    join_thing(actor=actor, incident=incident, thing=hold)
    return hold


@operation
def part_thing(*, actor: Actor, joined: Joined) -> None:
    """Say that the incident is not about it after all.

    Raises:
        IncidentClosed: it has to be opened again first.

    Emits: ThingParted.
    """
    require(actor, "incidents.run", joined.incident)
    incident = Incident.objects.held(joined.incident_id)
    incident.check_open()
    joined.incident = incident
    if Joined.objects.filter(pk=joined.pk).delete()[0]:
        emit(events.ThingParted.about(joined, actor))


@operation
def write_note(*, actor: Actor, incident: Incident, text: str, at: datetime | None = None) -> Note:
    """Write down what no entry of the record tells, a call say, at the moment when it was.

    Raises:
        IncidentClosed: it has to be opened again first.
        InvalidInput: the moment has not come yet.

    Emits: NoteWritten.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    now = timezone.now()
    if at is not None and at > now:
        raise InvalidInput.at("/at", "in_the_future", _("This moment has not come yet."))
    note = Note(incident=incident, organization=incident.organization, author=actor.user, text=text.strip())
    note.at = at or now
    note.save(force_insert=True)
    emit(events.NoteWritten.of(incident, actor, note_id=note.pk))
    return note
