"""How a request looks where its address was pasted: to each viewer as their side may know it, with what they can decide there."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from approvals.choosing import choosable
from approvals.models import Instance
from approvals.projection import View
from kernel.actor import Actor
from ui.cards import Card, Where, card_of

MOST_FIELDS = 4  # of a form, beside its sum: the rest is read on its page
LONG = ("file", "table", "signature", "ref")


@card_of("approval")
def approval_card(request: HttpRequest, where: Where, instance_id: UUID) -> Card | None:
    return card_for(request.actor, instance_id)


def card_for(actor: Actor, instance_id: UUID, wrong: str = "") -> Card | None:
    """Return the card of a request, None where there is none for the actor; ``wrong``: what stood in the way of what they asked for."""
    found = Instance.objects.each_visible_to(actor).told().filter(pk=instance_id).first()
    if found is None:
        return None
    view = View(found, actor)
    shown = view.instance
    return Card(
        kind=shown.get_purpose_display() or _("Approval"),
        title=shown.title,
        icon="stamp",
        note=shown.number,
        more="approvals/_card_more.html",
        context={
            "view": view,
            "instance": shown,
            "fields": told_of(view),
            "asks": asks_more(view),
            "wrong": wrong,
        },
        hears=f"approval:{shown.pk}" if shown.is_open else "",
    )


def told_of(view: View) -> list[Any]:
    """Return what somebody reads of the form before they decide on the card."""
    if view.my_slot is None:
        return []
    key = view.instance.version.sum_field
    short = [one for one in view.fields if not one.is_wide and one.type not in LONG and one.id != key]
    return short[:MOST_FIELDS]


def asks_more(view: View) -> str:
    """Return what a yes needs beside the press of a button: "" nothing, a ``signature``, or to ``choose`` who is asked next."""
    if view.signs:
        return "signature"
    return "choose" if choosable(view) else ""
