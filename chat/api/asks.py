"""Who is to take note of a message, and who has, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MESSAGES, MessageView
from chat.models import Acknowledgement
from chat.operations import acknowledge, ask_to_acknowledge, nudge_silent
from chat.queries import acknowledgements_of
from kernel.api import ApiView
from kernel.inputs import Input
from orgs.api.references import PersonReference, person


class AskInput(Input):
    people = serializers.ListField(
        child=serializers.UUIDField(), max_length=500, required=False, help_text="empty: all who read it"
    )
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class AskRequest(MessageView):
    takes = {"PUT": AskInput}

    def put(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.ask", message)
        ask_to_acknowledge(actor=self.actor, message=message, **self.read())
        return self.told(self.find(MESSAGES, message_id))


class Acknowledge(MessageView):
    def put(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.acknowledge", message)
        self.read()
        acknowledge(actor=self.actor, message=message)
        return self.told(self.find(MESSAGES, message_id))


class Nudge(MessageView):
    def post(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.ask", message)
        self.read()
        nudge_silent(actor=self.actor, message=message)
        return self.told(self.find(MESSAGES, message_id))


class AcknowledgementOutput(serializers.Serializer):
    user = serializers.SerializerMethodField()
    given_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(PersonReference)
    def get_user(self, row: Acknowledgement) -> Any:
        return person(row.user, row.organization)


class Acknowledgements(ApiView):
    """Who is asked to take note of a message and since when they have: of those one knows."""

    gives = AcknowledgementOutput
    lists = True

    def get(self, request: Request, message_id: UUID) -> Response:
        return self.listed(acknowledgements_of(self.actor, self.find(MESSAGES, message_id)))
