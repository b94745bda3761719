"""What one asks for by a line behind a slash, for programs; and the reminders that one notes so."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Channel, Reminder
from chat.operations import drop_reminder
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from kernel.limits import limited
from ui.offers import Answer, heeding


class CommandInput(Input):
    line = StrictString(
        max_length=500, help_text="a name behind a slash, and what it takes: /remind tomorrow 9:00 call Wang"
    )


class LinkOutput(serializers.Serializer):
    label = serializers.CharField()
    url = serializers.CharField()


class UndoOutput(serializers.Serializer):
    method = serializers.CharField()
    url = serializers.CharField()


class AnswerOutput(serializers.Serializer):
    text = serializers.CharField(help_text="for whoever asked, and for nobody else")
    links = serializers.SerializerMethodField()
    undo = serializers.SerializerMethodField(help_text="what takes it back; null where nothing does")

    @extend_schema_field(LinkOutput(many=True))
    def get_links(self, answer: Answer) -> Any:
        return [{"label": label, "url": url} for label, url in answer.links]

    @extend_schema_field(UndoOutput(allow_null=True))
    def get_undo(self, answer: Answer) -> Any:
        return {"method": answer.undo[0], "url": answer.undo[1]} if answer.undo else None


class Commands(ApiView):
    """Do what a line says, in the name of whoever gives it."""

    takes = {"POST": CommandInput}
    gives = AnswerOutput

    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel.objects.select_related("workspace"), channel_id)
        line = self.read()["line"]
        limited("messages", self.actor.user_id)
        heard = heeding(request._request, channel, line)
        if heard is None:
            raise InvalidInput.at("/line", "unknown", _("There is no such command here."))
        heed, words = heard
        try:
            return self.shown(heed(words))
        except InvalidInput as error:  # whatever part of it does not fit stands in the line
            raise InvalidInput(errors=[one | {"pointer": "/line"} for one in error.errors]) from None


class ReminderOutput(serializers.Serializer):
    id = serializers.UUIDField()
    words = serializers.CharField()
    remind_at = serializers.DateTimeField()
    reminded_at = serializers.DateTimeField(source="told_at", allow_null=True)
    created_at = serializers.DateTimeField()


class Reminders(ApiView):
    """What one has noted for oneself with /remind."""

    gives = ReminderOutput
    lists = True

    @extend_schema(operation_id="me_reminders_list")
    def get(self, request: Request) -> Response:
        return self.listed(Reminder.objects.visible_to(self.actor))


class OneReminder(ApiView):
    gives = ReminderOutput

    def get(self, request: Request, reminder_id: UUID) -> Response:
        return self.shown(self.find(Reminder, reminder_id))

    def delete(self, request: Request, reminder_id: UUID) -> Response:
        reminder = self.find(Reminder, reminder_id)
        self.read()
        drop_reminder(actor=self.actor, reminder=reminder)
        return self.gone()
