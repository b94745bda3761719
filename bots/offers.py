"""What people may ask of bots, where they talk: behind a slash, and about a message. Each says whose it is."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bots.models import Skill
from bots.operations import call_bot
from chat.models import Channel
from kernel.limits import limited
from kernel.rules import may
from ui.offers import Answer, Command, Offer, commands, message_offers


@commands.feed(place=60)
def commands_of_bots(request: HttpRequest, channel: Channel) -> Iterator[Command]:
    for skill in _heard(request, channel, Skill.Kind.COMMAND):
        yield Command(
            names=skill.names,
            label=skill.signed_label,
            hint=skill.hint,
            icon="bot",
            heed=partial(called, request, channel, skill),
        )


@message_offers.feed(place=60)
def skills_of_bots(request: HttpRequest, message: Any, address: str) -> Iterator[Offer]:
    for skill in _heard(request, message.channel, Skill.Kind.MESSAGE):
        where = reverse("message_skill", args=[message.pk, skill.pk])
        yield Offer(label=skill.signed_label, url=where, icon="bot")


def _heard(request: HttpRequest, channel: Channel, kind: str) -> Iterator[Skill]:
    if may(request.actor, "bots.call", channel):
        rows = Skill.objects.visible_to(request.actor).told().heard_in(channel)
        yield from rows.filter(kind=kind).order_by("name", "label", "pk")


def called(request: HttpRequest, channel: Channel, skill: Skill, words: str) -> Answer:
    """Have the bot told, and say what it was told: who, where, and what was written."""
    limited("calls", request.actor.user_id)
    call_bot(actor=request.actor, skill=skill, channel=channel, words=words)
    said = {"bot": skill.bot.name, "org": skill.bot.organization.name, "words": words}
    if words:
        told = _("Sent to {bot} of {org}: your name, this channel, and “{words}”. Its answer comes here.")
    else:
        told = _("Sent to {bot} of {org}: your name and this channel. Its answer comes here.")
    return Answer(text=told.format(**said))
