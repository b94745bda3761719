"""What is said, for programs."""

import hashlib
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.attachments import AttachmentOutput
from chat.emoji import is_emoji
from chat.models import Channel, Message, known_channel
from chat.operations import (
    delete_message,
    edit_message,
    post_message,
    post_to_acknowledge,
    react,
    unreact,
)
from chat.operations.attachments import MOST
from chat.operations.messages import LONGEST
from chat.queries import page_of
from chat.resources import resource_of
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotSupported, NotVisible
from kernel.gate import check_text
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited
from orgs.api.references import Reference

MESSAGES = Message.objects.told().select_related("channel__workspace")
KEYS = UUID("018f4e3a-0000-7000-8000-63686174006b")  # a caller's word becomes a key of this family


CONFIRM = "it is meant, also where it seems to hold a secret and others read it"


class MessageInput(Input):
    body = StrictString(max_length=LONGEST, trim_whitespace=False, allow_blank=True)
    reply_to = serializers.UUIDField(required=False, allow_null=True)
    mentions = serializers.ListField(child=serializers.UUIDField(), max_length=100, required=False)
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST,
        required=False,
        help_text="brought before, not sent yet",
    )
    quotes = serializers.UUIDField(required=False, allow_null=True, help_text="a message of the channel")
    confirm = StrictBoolean(required=False, help_text=CONFIRM)
    must_acknowledge = serializers.BooleanField(required=False, help_text="all who read it are asked")
    acknowledge_by = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        said["body"] = said["body"].strip()
        if not said["body"] and not said.get("attachments"):
            raise serializers.ValidationError({"body": ErrorDetail(_("Write something."), code="blank")})
        return said


class AuthorOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    org = Reference(allow_null=True)
    external = serializers.BooleanField()
    company = serializers.CharField()
    is_bot = serializers.BooleanField(help_text="a program, which works for the organization")


class ThreadOutput(serializers.Serializer):
    count = serializers.IntegerField()
    last_reply_at = serializers.DateTimeField(allow_null=True)


class QuoteOutput(serializers.Serializer):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    thread = serializers.UUIDField(allow_null=True)
    author = Reference()
    words = serializers.CharField(help_text="at most 280 characters, without markup")
    created_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True)


class AskOutput(serializers.Serializer):
    due_at = serializers.DateTimeField(allow_null=True)
    people = serializers.IntegerField(help_text="how many are asked")
    given = serializers.IntegerField(help_text="how many have taken note")
    waiting = serializers.ListField(child=serializers.UUIDField(), help_text="ids of those who have not")
    overdue = serializers.BooleanField(help_text="its day has passed, and somebody is silent")


class LineOutput(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["renamed", "left"])
    name = serializers.CharField(
        required=False, help_text="what the group is called now; empty: by its people"
    )


class OptionOutput(serializers.Serializer):
    text = serializers.CharField()
    count = serializers.IntegerField()
    people = serializers.ListField(child=serializers.UUIDField(), help_text="none where it is anonymous")


class PollOutput(serializers.Serializer):
    options = OptionOutput(many=True)
    people = serializers.IntegerField(help_text="how many have voted")
    multiple = serializers.BooleanField()
    anonymous = serializers.BooleanField()
    ends_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ForwardedOutput(serializers.Serializer):
    html = serializers.CharField()
    words = serializers.CharField(help_text="at most 80 characters, without markup")
    files = AttachmentOutput(many=True, help_text="they open for those who read where they are from")
    said_at = serializers.DateTimeField()


class ReactionOutput(serializers.Serializer):
    emoji = serializers.CharField()
    count = serializers.IntegerField()
    users = Reference(many=True)


class MessageOutput(serializers.Serializer):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    channel = serializers.UUIDField()
    author = AuthorOutput()
    body = serializers.CharField()
    html = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    recalled = serializers.BooleanField(help_text="its author took it back, soon after")
    reply_to = serializers.UUIDField(allow_null=True)
    quote = QuoteOutput(allow_null=True)
    pinned_at = serializers.DateTimeField(allow_null=True)
    line = LineOutput(allow_null=True, help_text="no words: what its author did to the group")
    acknowledgement = AskOutput(allow_null=True)
    poll = PollOutput(allow_null=True)
    forwarded = ForwardedOutput(allow_null=True)
    thread = ThreadOutput()
    mentions = serializers.ListField(child=serializers.UUIDField())
    attachments = AttachmentOutput(many=True)
    reactions = ReactionOutput(many=True)


class MessageView(ApiView):
    gives = MessageOutput

    def told(self, message: Message, *, status: int = 200, is_new: bool = False) -> Response:
        return Response(resource_of(message, is_new=is_new), status=status)


NUMBERS = [
    OpenApiParameter(name, OpenApiTypes.INT) for name in ("after_seq", "before_seq", "around", "limit")
]


class Messages(MessageView):
    takes = {"POST": MessageInput}
    lists, pages = True, False

    @extend_schema(parameters=NUMBERS)
    def get(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        limit = self._limit()
        beside = {name: self._number(name) for name in ("after_seq", "before_seq", "around")}
        rows = Message.objects.filter(channel=channel)
        shown = page_of(
            rows, after=beside["after_seq"], before=beside["before_seq"], around=beside["around"], limit=limit
        )
        following = None
        if beside["after_seq"] is not None and len(shown) == limit and shown[-1].seq < channel.last_seq:
            following = str(shown[-1].seq)
        return Response({"results": [resource_of(one) for one in shown], "next": following})

    def _number(self, name: str) -> int | None:
        said = self.request.query_params.get(name)
        if said is None:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            raise InvalidInput.at(name, "invalid", _("This cannot be read."))
        return int(said)

    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = known_channel(self.actor, channel_id)
        if channel is None:
            raise NotVisible
        try:
            said = self.read()
        except (InvalidInput, NotSupported):
            self.allow("chat.answer", channel)  # who may not write here hears that first
            raise
        reply_to = answered(channel, said.get("reply_to"))
        quotes = self._quoted(channel, said.get("quotes"))
        mentions = said.get("mentions", ())
        limited("messages", self.actor.user_id)
        post = post_message
        if said.get("must_acknowledge"):
            post = partial(post_to_acknowledge, due_at=said.get("acknowledge_by"))
        message = post(
            actor=self.actor, channel=channel, body=said["body"], reply_to=reply_to, mentions=mentions,
            attachments=said.get("attachments", ()), quotes=quotes, key=self._message_key,
            confirm=said.get("confirm", False),
        )  # fmt: skip
        return self.told(message, status=201, is_new=not getattr(message, "is_repeated", False))

    def _take_key(self) -> None:
        """The message keeps its own key: what is repeated returns the first, with no store in between."""
        key = self.request.headers.get("Idempotency-Key")
        self._message_key = self._uuid(key) if key else None

    def _uuid(self, key: str) -> UUID:
        """Return the key as it is kept: a UUID as such, else the one that these words always give here."""
        try:
            return UUID(key)
        except ValueError:
            words = hashlib.sha256(f"{self.actor.user_id} {self.request.path} {key}".encode()).hexdigest()
            return uuid5(KEYS, words)

    def _quoted(self, channel: Channel, message_id: UUID | None) -> Message | None:
        if message_id is None:
            return None
        rows = Message.objects.select_related("author").filter(channel=channel, deleted_at=None)
        quoted = rows.filter(pk=message_id).first()
        if quoted is None:
            raise InvalidInput.at("/quotes", "unknown", _("There is no such message in this channel."))
        return quoted


def answered(channel: Channel, message_id: UUID | None) -> Message | None:
    """Return the message of this channel that is answered.

    Raises:
        InvalidInput: there is no such one here.
    """
    if message_id is None:
        return None
    root = Message.objects.filter(channel=channel, pk=message_id).first()
    if root is None:
        raise InvalidInput.at("/reply_to", "unknown", _("There is no such message in this channel."))
    return root


class MessageChange(Input):
    body = StrictString(max_length=LONGEST)
    confirm = StrictBoolean(required=False, help_text=CONFIRM)


class OneMessage(MessageView):
    takes = {"PATCH": MessageChange}

    def get(self, request: Request, message_id: UUID) -> Response:
        return self.told(self.find(MESSAGES, message_id))

    def patch(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.edit", message)
        edit_message(actor=self.actor, message=message, **self.read())
        return self.told(self.find(MESSAGES, message_id))

    def delete(self, request: Request, message_id: UUID) -> Response:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.delete", message)
        self.read()
        delete_message(actor=self.actor, message=message)
        return self.gone()


class Reactions(MessageView):
    def put(self, request: Request, message_id: UUID, emoji: str) -> Response:
        message = self._message(message_id, emoji)
        react(actor=self.actor, message=message, emoji=emoji)
        return self.told(self.find(MESSAGES, message_id))

    def delete(self, request: Request, message_id: UUID, emoji: str) -> Response:
        unreact(actor=self.actor, message=self._message(message_id, emoji), emoji=emoji)
        return self.gone()

    def _message(self, message_id: UUID, emoji: str) -> Message:
        message = self.find(MESSAGES, message_id)
        self.allow("chat.react", message)
        self.read()
        check_text(emoji, "/emoji")
        if not is_emoji(emoji):
            raise InvalidInput.at("/emoji", "no_emoji", _("One emoji."))
        return message
