"""Requests begin where people talk: behind a slash, and from a message."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ui.offers import Command, Offer, commands, message_offers


@commands.feed(place=30)
def approval_command(request: HttpRequest, channel: Any) -> Iterator[Command]:
    if request.actor.org_id is not None:
        where = reverse("approval_new")
        if channel.workspace_id:
            where += f"?{urlencode({'workspace': channel.workspace_id})}"
        yield Command(names=("approval", "审批"), label=_("Start an approval"), url=where, icon="stamp")


@message_offers.feed(place=10)
def approval_of_message(request: HttpRequest, message: Any, address: str) -> Iterator[Offer]:
    if request.actor.org_id is not None:
        said = {"about": address}
        if message.channel.workspace_id:
            said["workspace"] = str(message.channel.workspace_id)
        where = f"{reverse('approval_new')}?{urlencode(said)}"
        yield Offer(label=_("Start an approval from this"), url=where, icon="stamp")
