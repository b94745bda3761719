"""An incident, where something points at it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from kernel.actor import Actor
from ui.things import Face, Kind, register


def _rows(actor: Actor) -> Any:
    return Incident.objects.visible_to(actor).order_by("-pk")


def _face(one: Incident) -> Face:
    where = reverse("incident", args=[one.pk])
    return Face(name=one.title, url=where, icon="siren", note=f"#{one.number}")


register(
    Kind(
        key="incident", called=_("Incident"), rows=_rows, face=_face, words=("title",),
        at=lambda name, ids, fragment, query: ids.get("incident_id") if name == "incident" else None,
    )
)  # fmt: skip
