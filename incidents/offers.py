"""What was said may be the beginning of an incident: for those who open incidents."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.rules import may
from ui.offers import Command, Offer, commands, message_offers


@commands.feed(place=40)
def incident_command(request: HttpRequest, channel: Any) -> Iterator[Command]:
    org = request.actor.org
    if org is not None and may(request.actor, "incidents.open", org):
        where = reverse("incident_new", args=[org.pk])
        yield Command(names=("incident", "事件"), label=_("Open an incident"), url=where, icon="siren")


@message_offers.feed(place=20)
def incident_of_message(request: HttpRequest, message: Any, address: str) -> Iterator[Offer]:
    org = request.actor.org
    if org is not None and may(request.actor, "incidents.open", org):
        where = f"{reverse('incident_new', args=[org.pk])}?{urlencode({'about': address})}"
        yield Offer(label=_("Open an incident from this"), url=where, icon="siren")
