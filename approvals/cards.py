"""How a request looks where its address was pasted."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from approvals.models import Instance
from approvals.parting import known_by
from ui.cards import Card, Where, card_of


@card_of("approval")
def approval_card(request: HttpRequest, where: Where, instance_id: UUID) -> Card | None:
    rows = Instance.objects.each_visible_to(request.actor).filter(pk=instance_id)
    for found in known_by(request.actor, rows.prefetch_related("parties")):
        return _card(found)
    return None


def _card(found: Instance) -> Card:
    return Card(
        kind=found.get_purpose_display() or _("Approval"),
        title=found.title,
        icon="stamp",
        note=found.number,
        text=found.get_state_display(),
    )
