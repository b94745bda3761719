"""How a workspace looks where its address was pasted."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ui.cards import Card, Where, card_of
from workspaces.models import Workspace


@card_of("workspace", "workspace_members")
def workspace_card(request: HttpRequest, where: Where, workspace_id: UUID) -> Card | None:
    found = Workspace.objects.visible_to(request.actor).select_related("host").filter(pk=workspace_id).first()
    if found is None:
        return None
    return Card(
        kind=_("Workspace"), title=found.name, icon="layers", note=found.host.name, text=found.purpose[:100]
    )
