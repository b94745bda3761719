"""How far one has read, and what happened since, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chat.fragments import message_html
from chat.models import Channel, Message, ReadMark
from chat.operations import mark_all_read, mark_read, mark_unread
from chat.replaying import replay
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictInteger
from orgs.api.references import Reference


class ReadInput(Input):
    seq = StrictInteger(min_value=0, max_value=2**62)


class ReadOutput(serializers.Serializer):
    seq = serializers.IntegerField()


class Read(ApiView):
    takes = {"PUT": ReadInput}
    gives = ReadOutput

    def put(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        return Response({"seq": mark_read(actor=self.actor, channel=channel, **self.read())})


class UnreadInput(Input):
    seq = StrictInteger(min_value=1, max_value=2**62, help_text="of the first message that is unread again")


class Unread(ApiView):
    """Let a channel be unread again, from a message on."""

    takes = {"PUT": UnreadInput}
    gives = ReadOutput

    def put(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        return self.shown({"seq": mark_unread(actor=self.actor, channel=channel, **self.read())})


class AllReadOutput(serializers.Serializer):
    channels = serializers.IntegerField(help_text="in how many something was unread until now")


class AllRead(ApiView):
    gives = AllReadOutput

    @extend_schema(operation_id="channels_read_all")
    def put(self, request: Request) -> Response:
        self.read()
        return self.shown({"channels": mark_all_read(actor=self.actor)})


class ReceiptOutput(serializers.Serializer):
    user = Reference()
    at = serializers.DateTimeField()


class Receipts(ApiView):
    """Who has read as far as this message."""

    gives = ReceiptOutput
    lists, pages = True, False

    def get(self, request: Request, message_id: UUID) -> Response:
        message = self.find(Message, message_id)
        marks = ReadMark.objects.filter(channel=message.channel_id, seq__gte=message.seq).select_related(
            "user"
        )
        known = marks.filter(user__in=User.objects.visible_to(self.actor)).order_by("at")[:200]
        results = [{"user": {"id": str(one.user_id), "name": one.user.name}, "at": one.at} for one in known]
        return Response({"results": results, "next": None})


class EventOutput(serializers.Serializer):
    type = serializers.CharField()
    topic = serializers.CharField()
    seq = serializers.IntegerField()
    data = serializers.JSONField()
    html = serializers.CharField(required=False)


class Events(ApiView):
    """What happened after ``since``, in order: what the socket would have said."""

    gives = EventOutput
    lists, pages = True, False

    @extend_schema(
        parameters=[
            OpenApiParameter("since", OpenApiTypes.INT),
            OpenApiParameter("as", enum=["json", "html"]),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ]
    )
    def get(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        said = request.query_params.get("since", "0")
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            raise InvalidInput.at("since", "invalid", _("This cannot be read."))
        limit = self._limit()
        frames = replay(self.actor, channel.pk, int(said), limit)
        as_html = request.query_params.get("as") == "html"
        results = [self._shown(frame, as_html) for frame in frames]
        full = len(frames) == limit and frames[-1].seq != channel.last_event_seq
        return Response({"results": results, "next": str(frames[-1].seq) if full else None})

    def _shown(self, frame: Any, as_html: bool) -> dict[str, Any]:
        shown = {"type": frame.type, "topic": frame.topic, "seq": frame.seq, "data": frame.data}
        if as_html and "seq" in frame.data:
            shown["html"] = message_html(frame.data)
        return shown
