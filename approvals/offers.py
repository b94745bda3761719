"""Requests begin where people talk: behind a slash, and from a message."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.queries import waiting_count, waiting_for
from kernel.prepared import MOST_COUNTED
from ui.offers import Answer, Command, Offer, commands, message_offers

MOST = 10


@commands.feed(place=30)
def approval_command(request: HttpRequest, channel: Any) -> Iterator[Command]:
    if request.actor.org_id is not None:
        where = reverse("approval_new")
        if channel.workspace_id:
            where += f"?{urlencode({'workspace': channel.workspace_id})}"
        yield Command(names=("approval", "审批"), label=_("Start an approval"), url=where, icon="stamp")


@commands.feed(place=31)
def approve_command(request: HttpRequest, channel: Any) -> Iterator[Command]:
    label = _("What waits for your decision")
    names = ("approve", "待审批", "批准")
    yield Command(
        names=names, label=label, hint=_("list"), icon="list-checks", heed=lambda said: waiting(request, said)
    )


def waiting(request: HttpRequest, said: str) -> Answer:
    """List what waits for somebody, or those of it whose title or number holds what they say."""
    words = "" if said.casefold() in ("", "list", "列表") else said.casefold()
    rows = waiting_for(request.actor).select_related("instance")
    fitting = [
        one.instance
        for one in rows[:200]
        if words in f"{one.instance.title} {one.instance.number}".casefold()
    ]
    links = tuple((f"{one.number} {one.title}", reverse("approval", args=[one.pk])) for one in fitting[:MOST])
    count = len(fitting) if words else waiting_count(request.actor)
    if not count:
        return Answer(
            text=_("Nothing waits for your decision.") if not words else _("Nothing like it waits for you.")
        )
    said_count = ngettext("%(n)s request waits for you.", "%(n)s requests wait for you.", count) % {
        "n": "999+" if count >= MOST_COUNTED else count
    }
    return Answer(text=said_count, links=links)


@message_offers.feed(place=10)
def approval_of_message(request: HttpRequest, message: Any, address: str) -> Iterator[Offer]:
    if request.actor.org_id is not None:
        said = {"about": address}
        if message.channel.workspace_id:
            said["workspace"] = str(message.channel.workspace_id)
        where = f"{reverse('approval_new')}?{urlencode(said)}"
        yield Offer(label=_("Start an approval from this"), url=where, icon="stamp")
