"""A workspace, where something points at it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from ui.things import Face, Kind, register
from workspaces.models import Workspace


def _rows(actor: Actor) -> Any:
    return Workspace.objects.visible_to(actor).select_related("host").order_by("name", "pk")


def _face(room: Workspace) -> Face:
    where = reverse("workspace", args=[room.pk])
    return Face(name=room.name, url=where, icon="layers", note=room.host.name)


register(
    Kind(
        key="workspace", called=_("Workspace"), rows=_rows, face=_face, words=("name",),
        at=lambda name, ids, fragment, query: ids.get("workspace_id") if name == "workspace" else None,
    )
)  # fmt: skip
