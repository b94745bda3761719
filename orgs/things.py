"""A contact of an organization, where something points at it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from orgs.models import Contact
from ui.things import Face, Kind, register


def _rows(actor: Actor) -> Any:
    return Contact.objects.visible_to(actor).order_by("name", "pk")


def _face(one: Contact) -> Face:
    where = f"{reverse('org_contacts', args=[one.organization_id])}?{urlencode({'contact': one.pk})}"
    return Face(name=one.name, url=where, icon="contact", note=one.company)


def _at(name: str, ids: dict[str, Any], fragment: str, query: dict[str, list[str]]) -> Any:
    return query.get("contact", [None])[-1] if name == "org_contacts" else None


register(
    Kind(
        key="contact", called=_("Contact"), rows=_rows, face=_face, words=("name", "company", "email"), at=_at
    )
)
