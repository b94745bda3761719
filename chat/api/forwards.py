"""A message brought to another place, for programs."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import CONFIRM, MESSAGES, MessageView
from chat.models import known_channel
from chat.operations import forward_message
from chat.operations.messages import LONGEST
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited


class ForwardInput(Input):
    channel = serializers.UUIDField()
    body = StrictString(max_length=LONGEST, allow_blank=True, required=False)
    confirm = StrictBoolean(required=False, help_text=CONFIRM)


class Forwards(MessageView):
    takes = {"POST": ForwardInput}

    def post(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.forward", message)
        said = self.read()
        to = known_channel(self.actor, said.pop("channel"))
        if to is None:
            raise InvalidInput.at("/channel", "unknown", _("There is no such channel for you."))
        limited("messages", self.actor.user_id)
        brought = forward_message(actor=self.actor, message=message, to=to, **said)
        return self.told(self.find(MESSAGES, brought.pk), status=201)
