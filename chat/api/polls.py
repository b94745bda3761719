"""Questions with answers to choose from, for programs."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import CONFIRM, MESSAGES, MessageView
from chat.models import Channel, Vote
from chat.operations import close_poll, open_poll, vote
from chat.operations.messages import LONGEST
from chat.queries import poll_of
from kernel.api import ApiView
from kernel.inputs import Input, StrictBoolean, StrictInteger, StrictString
from kernel.limits import limited


class PollInput(Input):
    question = StrictString(max_length=LONGEST)
    options = serializers.ListField(child=StrictString(max_length=200), min_length=2, max_length=10)
    multiple = serializers.BooleanField(required=False)
    anonymous = serializers.BooleanField(required=False, help_text="nobody is shown who chose what")
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    confirm = StrictBoolean(required=False, help_text=CONFIRM)


class Polls(MessageView):
    takes = {"POST": PollInput}

    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel.objects.select_related("workspace"), channel_id)
        self.allow("chat.post", channel)
        said = self.read()
        limited("messages", self.actor.user_id)
        message = open_poll(actor=self.actor, channel=channel, **said)
        return self.told(self.find(MESSAGES, message.pk), status=201)


class VoteInput(Input):
    choices = serializers.ListField(
        child=StrictInteger(min_value=0, max_value=9), max_length=10, help_text="places of answers, from 0"
    )


class Votes(MessageView):
    takes = {"PUT": VoteInput}

    def put(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.vote", message)
        vote(actor=self.actor, message=message, **self.read())
        return self.told(self.find(MESSAGES, message_id))


class Closing(MessageView):
    def put(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.close_poll", message)
        self.read()
        close_poll(actor=self.actor, message=message)
        return self.told(self.find(MESSAGES, message_id))


class SideCounts(serializers.Serializer):
    name = serializers.CharField()
    counts = serializers.ListField(child=serializers.IntegerField())


class ResultsOutput(serializers.Serializer):
    options = serializers.ListField(child=serializers.CharField())
    counts = serializers.ListField(child=serializers.IntegerField())
    people = serializers.IntegerField(help_text="how many have voted")
    organizations = SideCounts(many=True, help_text="nothing where the poll is anonymous")
    mine = serializers.ListField(child=serializers.IntegerField(), help_text="places of what one chose")


class Results(ApiView):
    """What was chosen, by answer and by organization."""

    gives = ResultsOutput

    def get(self, request: Request, message_id: UUID) -> Response:
        poll = poll_of(self.find(MESSAGES, message_id))
        counts, people = poll.counts()
        mine = Vote.objects.filter(poll=poll, user=self.actor.user_id).values_list("choice", flat=True)
        found: dict[str, Any] = {
            "options": poll.options,
            "counts": counts,
            "people": people,
            "organizations": poll.by_organization(),
            "mine": sorted(mine),
        }
        return self.shown(found)
