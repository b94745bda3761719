"""A request, where something points at it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.models import Instance
from kernel.actor import Actor
from ui.things import Face, Kind, register


def _rows(actor: Actor) -> Any:
    return Instance.objects.visible_to(actor).kept().order_by("-pk")


def _face(one: Instance) -> Face:
    return Face(name=one.title, url=reverse("approval", args=[one.pk]), icon="stamp", note=one.number)


register(
    Kind(
        key="approval", called=_("Approval"), rows=_rows, face=_face, words=("title", "number"),
        at=lambda name, ids, fragment, query: ids.get("instance_id") if name == "approval" else None,
    )
)  # fmt: skip
