"""What is written and not sent yet, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Channel, Draft, Message
from chat.operations import keep_draft
from chat.operations.channels import name_for
from chat.operations.messages import LONGEST
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictString
from orgs.api.references import Reference

DRAFTS = Draft.objects.select_related("channel").prefetch_related("channel__members__user")


class DraftInput(Input):
    body = StrictString(max_length=LONGEST, allow_blank=True, trim_whitespace=False)
    at = Moment(help_text="when it was written: the newest wins")
    thread = serializers.UUIDField(required=False, allow_null=True, help_text="id of its first message")


class DraftOutput(serializers.Serializer):
    id = serializers.UUIDField()
    channel = serializers.SerializerMethodField()
    thread = serializers.UUIDField(source="thread_id", allow_null=True)
    body = serializers.CharField()
    at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_channel(self, draft: Draft) -> Any:
        return {"id": str(draft.channel_id), "name": name_for(draft.channel, draft.user_id)}


class Drafts(ApiView):
    gives = DraftOutput
    lists = True

    @extend_schema(operation_id="me_drafts_list")
    def get(self, request: Request) -> Response:
        return self.listed(DRAFTS.visible_to(self.actor).written(), newest_first=True)


class ChannelDraft(ApiView):
    """Keep what is written in a channel or a thread; empty words end it."""

    takes = {"PUT": DraftInput}
    gives = DraftOutput

    def put(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        said = self.read()
        named, thread = said.pop("thread", None), None
        if named is not None:
            thread = Message.objects.filter(channel=channel, pk=named, thread=None).first()
            if thread is None:
                raise InvalidInput.at("/thread", "unknown", _("There is no such message in this channel."))
        return self.shown(keep_draft(actor=self.actor, channel=channel, thread=thread, **said))
