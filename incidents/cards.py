"""How an incident looks where its address was pasted."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from incidents.models import Incident
from ui.cards import Card, Where, card_of


@card_of("incident")
def incident_card(request: HttpRequest, where: Where, incident_id: UUID) -> Card | None:
    found = Incident.objects.visible_to(request.actor).filter(pk=incident_id).first()
    if found is None:
        return None
    return Card(
        kind=_("Incident"),
        title=found.title,
        icon="siren",
        note=f"#{found.number}",
        text=found.get_state_display(),
    )
