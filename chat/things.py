"""A channel and a message, where something points at them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chat.cards import MESSAGE
from chat.excerpts import address_of, shortened, text_of
from chat.models import Channel, Message
from chat.places import icon_of
from kernel.actor import Actor
from ui.things import Face, Kind, register


def _channels(actor: Actor) -> Any:
    rows = Channel.objects.visible_to(actor).of_rooms()
    return rows.select_related("workspace", "internal_to").order_by("name", "pk")


def _channel(one: Channel) -> Face:
    where = reverse("channel", args=[one.pk])
    return Face(name=one.name, url=where, icon=icon_of(one), note=one.workspace.name if one.workspace else "")


def _messages(actor: Actor) -> Any:
    rows = Message.objects.visible_to(actor).filter(deleted_at=None)
    return rows.select_related("author", "channel").order_by("-pk")


def _message(one: Message) -> Face:
    """Direct messages are called by nothing but their words."""
    name = f"{one.author.name}: {shortened(text_of(one.html))}"
    return Face(name=name, url=address_of(one), icon="message-square", note=one.channel.name)


def _channel_at(name: str, ids: dict[str, Any], fragment: str, query: dict[str, list[str]]) -> Any:
    return ids.get("channel_id") if name == "channel" and not fragment.startswith(MESSAGE) else None


def _message_at(name: str, ids: dict[str, Any], fragment: str, query: dict[str, list[str]]) -> Any:
    if name not in ("channel", "thread"):
        return None
    return fragment.removeprefix(MESSAGE) if fragment.startswith(MESSAGE) else ids.get("message_id")


register(
    Kind(key="channel", called=_("Channel"), rows=_channels, face=_channel, words=("name",), at=_channel_at)
)
register(Kind(key="message", called=_("Message"), rows=_messages, face=_message, at=_message_at))
