"""Threads that somebody follows, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MessageOutput
from chat.api.reading import ReadInput, ReadOutput
from chat.models import Follow, Message
from chat.operations import follow_thread, mark_thread_read, unfollow_thread
from chat.operations.channels import name_for
from chat.queries import threads_of
from chat.resources import resource_of
from kernel.api import ApiView
from kernel.inputs import Input
from orgs.api.references import Reference

HEARS = "what one is told of; null is every answer. What is new is counted either way"
THREADS = Message.objects.filter(thread=None)


class FollowOutput(serializers.Serializer):
    thread = serializers.SerializerMethodField(help_text="its first message")
    channel = serializers.SerializerMethodField()
    unread = serializers.IntegerField(help_text="answers of others that are new")
    read_seq = serializers.IntegerField()

    @extend_schema_field(MessageOutput)
    def get_thread(self, follow: Follow) -> Any:
        return resource_of(follow.thread)

    @extend_schema_field(Reference)
    def get_channel(self, follow: Follow) -> Any:
        return {"id": str(follow.channel_id), "name": name_for(follow.channel, follow.user_id)}


class Threads(ApiView):
    """What somebody follows, the unread first."""

    gives = FollowOutput
    lists, pages = True, False

    @extend_schema(operation_id="me_threads_list")
    def get(self, request: Request) -> Response:
        rows = threads_of(self.actor, 200).prefetch_related("thread__reactions__user")
        return Response({"results": FollowOutput(rows, many=True).data, "next": None})


class FollowingInput(Input):
    hears = serializers.ChoiceField(Follow.Hears.choices, required=False, allow_null=True, help_text=HEARS)


class FollowingOutput(serializers.Serializer):
    following = serializers.BooleanField(source="is_on")
    hears = serializers.ChoiceField(Follow.Hears.choices, allow_null=True, help_text=HEARS)
    read_seq = serializers.IntegerField()


class Following(ApiView):
    """Follow a thread, or no more."""

    takes = {"PUT": FollowingInput}
    gives = FollowingOutput

    def put(self, request: Request, message_id: UUID) -> Response:
        thread = self.find(THREADS, message_id)
        return self.shown(follow_thread(actor=self.actor, thread=thread, **self.read()))

    def delete(self, request: Request, message_id: UUID) -> Response:
        thread = self.find(THREADS, message_id)
        self.read()
        unfollow_thread(actor=self.actor, thread=thread)
        return self.gone()


class ThreadRead(ApiView):
    takes = {"PUT": ReadInput}
    gives = ReadOutput

    def put(self, request: Request, message_id: UUID) -> Response:
        thread = self.find(THREADS, message_id)
        return self.shown({"seq": mark_thread_read(actor=self.actor, thread=thread, **self.read())})
