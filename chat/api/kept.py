"""What a channel keeps in sight, and what a message said before, for programs."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MESSAGES, MessageView
from chat.models import Channel, Message, MessageVersion
from chat.operations import pin_message, unpin_message
from chat.queries import pins_of
from chat.resources import resource_of
from kernel.api import ApiView


class Pin(MessageView):
    def put(self, request: Request, message_id: UUID) -> Response:
        pin_message(actor=self.actor, message=self._message(message_id))
        return self.told(self.find(MESSAGES, message_id))

    def delete(self, request: Request, message_id: UUID) -> Response:
        unpin_message(actor=self.actor, message=self._message(message_id))
        return self.gone()

    def _message(self, message_id: UUID) -> Message:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.pin", message)
        self.read()
        return message


class Pins(MessageView):
    """What is pinned in a channel, the last first; at most a hundred."""

    lists, pages = True, False

    def get(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        return Response({"results": [resource_of(one) for one in pins_of(channel)], "next": None})


class VersionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    body = serializers.CharField()
    html = serializers.CharField()
    said_at = serializers.DateTimeField(help_text="when these words were written")
    until = serializers.DateTimeField(source="created_at", help_text="when others took their place")


class Versions(ApiView):
    """The words that a message had before, the oldest first."""

    gives = VersionOutput
    lists = True

    def get(self, request: Request, message_id: UUID) -> Response:
        message: Any = self.find(Message, message_id)
        return self.listed(MessageVersion.objects.filter(message=message))
