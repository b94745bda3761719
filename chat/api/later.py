"""What somebody keeps for later, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MESSAGES, MessageOutput
from chat.models import Message, Saved
from chat.operations import change_saved, save_message, unsave_message
from chat.operations.channels import name_for
from chat.resources import resource_of
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictBoolean
from orgs.api.references import Reference

SAVED = Saved.objects.select_related("channel", "message__author", "message__organization").prefetch_related(
    "message__reactions__user", "channel__members__user"
)
VIEWS = ("open", "reminders", "done")
REMINDED = "when to be reminded of it, within the next year"


class SavingInput(Input):
    remind_at = Moment(required=False, help_text=REMINDED)


class SavedChange(Input):
    remind_at = Moment(required=False, allow_null=True, help_text=f"{REMINDED}; null for not at all")
    is_done = StrictBoolean(required=False)


class SavedOutput(serializers.Serializer):
    id = serializers.UUIDField()
    channel = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    remind_at = serializers.DateTimeField(allow_null=True)
    reminded_at = serializers.DateTimeField(source="told_at", allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_channel(self, saved: Saved) -> Any:
        return {"id": str(saved.channel_id), "name": name_for(saved.channel, saved.user_id)}

    @extend_schema_field(MessageOutput)
    def get_message(self, saved: Saved) -> Any:
        return resource_of(saved.message)


class SavedMessages(ApiView):
    gives = SavedOutput
    lists = True

    @extend_schema(operation_id="me_saved_list", parameters=[OpenApiParameter("state", enum=VIEWS)])
    def get(self, request: Request) -> Response:
        said = request.query_params.get("state", "open")
        if said not in VIEWS:
            raise InvalidInput.at("state", "unknown", _("There is no such one."))
        rows = SAVED.visible_to(self.actor)
        shown = {"open": rows.open, "reminders": rows.with_reminder, "done": rows.done}[said]()
        return self.listed(shown, newest_first=True)


class OneSaved(ApiView):
    takes = {"PATCH": SavedChange}
    gives = SavedOutput

    def get(self, request: Request, saved_id: UUID) -> Response:
        return self.shown(self.find(SAVED, saved_id))

    def patch(self, request: Request, saved_id: UUID) -> Response:
        saved = self.find(SAVED, saved_id)
        self.allow("chat.keep", saved)
        change_saved(actor=self.actor, saved=saved, **self.read(partial=True))
        return self.shown(self.find(SAVED, saved_id))


class Saving(ApiView):
    """Keep a message for later, or no longer."""

    takes = {"PUT": SavingInput}
    gives = SavedOutput

    def put(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        saved = save_message(actor=self.actor, message=message, **self.read())
        return self.shown(self.find(SAVED, saved.pk))

    def delete(self, request: Request, message_id: UUID) -> Response:
        message = self.find(Message, message_id)
        self.read()
        unsave_message(actor=self.actor, message=message)
        return self.gone()
