"""What is written now and sent later, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.attachments import AttachmentOutput
from chat.api.messages import CONFIRM, answered
from chat.models import Channel, Scheduled
from chat.operations import change_scheduled, drop_scheduled, schedule_message, send_scheduled
from chat.operations.attachments import MOST
from chat.operations.channels import name_for
from chat.operations.messages import LONGEST
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictBoolean, StrictString
from kernel.limits import limited
from orgs.api.references import Reference

SCHEDULED = Scheduled.objects.select_related("channel__workspace").prefetch_related(
    "channel__members__user", "files"
)
WHEN = "within the next year"


class ScheduledInput(Input):
    body = StrictString(max_length=LONGEST, allow_blank=True)
    send_at = Moment(help_text=WHEN)
    reply_to = serializers.UUIDField(required=False, allow_null=True)
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST,
        required=False,
        help_text="brought before, not sent yet; kept until then",
    )
    confirm = StrictBoolean(required=False, help_text=CONFIRM)


class ScheduledChange(Input):
    body = StrictString(max_length=LONGEST, required=False, allow_blank=True)
    send_at = Moment(required=False, help_text=WHEN)
    confirm = StrictBoolean(required=False, help_text=CONFIRM)


class ScheduledOutput(serializers.Serializer):
    id = serializers.UUIDField()
    channel = serializers.SerializerMethodField()
    reply_to = serializers.UUIDField(source="thread_id", allow_null=True)
    body = serializers.CharField()
    send_at = serializers.DateTimeField()
    state = serializers.ChoiceField(Scheduled.State)
    attachments = serializers.SerializerMethodField()
    why = serializers.CharField(
        help_text="of a stopped one: no_right, archived, relabelled or refused; else empty"
    )
    message = serializers.UUIDField(source="message_id", allow_null=True, help_text="once it is sent")
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_channel(self, scheduled: Scheduled) -> Any:
        return {"id": str(scheduled.channel_id), "name": name_for(scheduled.channel, scheduled.user_id)}

    @extend_schema_field(AttachmentOutput(many=True))
    def get_attachments(self, scheduled: Scheduled) -> Any:
        return [one.told() for one in scheduled.files.all()]


class ChannelScheduled(ApiView):
    takes = {"POST": ScheduledInput}
    gives = ScheduledOutput

    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel.objects.select_related("workspace"), channel_id)
        self.allow("chat.answer", channel)  # what is no answer in a thread, the verb asks further
        said = self.read()
        said["reply_to"] = answered(channel, said.get("reply_to"))
        limited("messages", self.actor.user_id)
        return self.created(schedule_message(actor=self.actor, channel=channel, **said))


class ScheduledMessages(ApiView):
    gives = ScheduledOutput
    lists = True

    @extend_schema(
        operation_id="me_scheduled_list", parameters=[OpenApiParameter("state", enum=Scheduled.State.values)]
    )
    def get(self, request: Request) -> Response:
        said = request.query_params.get("state", Scheduled.State.WAITING)
        if said not in Scheduled.State.values:
            raise InvalidInput.at("state", "unknown", _("There is no such one."))
        return self.listed(SCHEDULED.visible_to(self.actor).filter(state=said))


class OneScheduled(ApiView):
    takes = {"PATCH": ScheduledChange}
    gives = ScheduledOutput

    def get(self, request: Request, scheduled_id: UUID) -> Response:
        return self.shown(self.find(SCHEDULED, scheduled_id))

    def patch(self, request: Request, scheduled_id: UUID) -> Response:
        scheduled = self.find(SCHEDULED, scheduled_id)
        self.allow("chat.keep", scheduled)
        change_scheduled(actor=self.actor, scheduled=scheduled, **self.read(partial=True))
        return self.shown(self.find(SCHEDULED, scheduled_id))

    def delete(self, request: Request, scheduled_id: UUID) -> Response:
        scheduled = self.find(SCHEDULED, scheduled_id)
        self.read()
        drop_scheduled(actor=self.actor, scheduled=scheduled)
        return self.gone()


class Sending(ApiView):
    """Send it now."""

    gives = ScheduledOutput

    def post(self, request: Request, scheduled_id: UUID) -> Response:
        scheduled = self.find(SCHEDULED, scheduled_id)
        self.allow("chat.answer", scheduled.channel)
        self.read()
        send_scheduled(actor=self.actor, scheduled=scheduled)
        return self.shown(self.find(SCHEDULED, scheduled_id))
