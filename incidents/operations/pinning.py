"""What matters in the record is marked, and says why."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from incidents.events import EntryPinned, EntryUnpinned
from incidents.models import Incident, Pin
from incidents.timeline import Timeline
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def pin_entry(*, actor: Actor, incident: Incident, event_id: UUID, note: str = "") -> Pin:
    """Mark an entry of the organization's records, or say otherwise why it is marked.

    Raises:
        IncidentClosed: it has to be opened again first.
        InvalidInput: no record of the organization tells of it.

    Emits: EntryPinned, if something changed.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    if not Timeline(incident).records.filter(event_id=event_id).exists():
        raise InvalidInput.at("/event", "unknown", _("There is no such entry."))
    kept = incident.pins.filter(event_id=event_id).first()
    if kept is not None and kept.note == note.strip():
        return kept
    pin = kept or Pin(incident=incident, organization=incident.organization, event_id=event_id)
    pin.note, pin.pinned_by = note.strip(), actor.user
    pin.save()
    emit(EntryPinned.of(incident, actor, event_id=event_id))
    return pin


@operation
def unpin_entry(*, actor: Actor, pin: Pin) -> None:
    """Take the mark away.

    Raises:
        IncidentClosed: it has to be opened again first.

    Emits: EntryUnpinned.
    """
    require(actor, "incidents.run", pin.incident)
    incident = Incident.objects.held(pin.incident_id)
    incident.check_open()
    if Pin.objects.filter(pk=pin.pk).delete()[0]:
        emit(EntryUnpinned.of(incident, actor, event_id=pin.event_id))
