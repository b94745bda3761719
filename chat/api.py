"""Channels and messages, for programs."""

import hashlib
from typing import Any
from uuid import UUID, uuid5

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chat.fragments import message_html
from chat.models import Channel, ChannelMember, Message, ReadMark, channel_for_writing
from chat.operations import (
    add_to_channel,
    archive_channel,
    change_channel,
    delete_message,
    edit_message,
    mark_read,
    open_channel,
    open_direct,
    post_message,
    react,
    remove_from_channel,
    unreact,
)
from chat.operations.channels import name_for
from chat.operations.messages import LONGEST
from chat.queries import found, page_of
from chat.replaying import replay
from chat.resources import resource_of
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotSupported, NotVisible
from kernel.gate import check_text
from kernel.inputs import Input, StrictInteger, StrictString
from kernel.limits import limited
from orgs.api.references import Reference, ref
from orgs.models import Organization
from workspaces.models import Workspace

CHANNELS = Channel.objects.select_related("workspace", "internal_to").prefetch_related("members__user")
MESSAGES = Message.objects.told().select_related("channel__workspace")
KEYS = UUID("018f4e3a-0000-7000-8000-63686174006b")  # a caller's word becomes a key of this family


class ChannelInput(Input):
    name = StrictString(max_length=80)
    topic = StrictString(max_length=250, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=["open", "private"], required=False)
    internal_to = serializers.UUIDField(required=False, allow_null=True)


class ChannelChange(Input):
    name = StrictString(max_length=80, required=False)
    topic = StrictString(max_length=250, allow_blank=True, required=False)
    label = serializers.ChoiceField(
        choices=["", *Workspace.Classification.values],
        required=False,
        help_text="empty: that of the workspace",
    )


class ChannelOutput(serializers.Serializer):
    id = serializers.UUIDField()
    workspace = serializers.UUIDField(source="workspace_id", allow_null=True)
    name = serializers.SerializerMethodField()
    topic = serializers.CharField()
    kind = serializers.CharField()
    internal_to = serializers.SerializerMethodField()
    label = serializers.CharField(help_text="its own, empty: that of the workspace")
    classification = serializers.CharField(help_text="the stricter of its own label and the workspace's")
    state = serializers.CharField()
    last_seq = serializers.IntegerField()
    last_event_seq = serializers.IntegerField()
    created_at = serializers.DateTimeField()

    def get_name(self, channel: Channel) -> str:
        return name_for(channel, self.context["actor"].user_id)

    @extend_schema_field(Reference(allow_null=True))
    def get_internal_to(self, channel: Channel) -> Any:
        return ref(channel.internal_to)


class Channels(ApiView):
    takes = {"POST": ChannelInput}
    gives = ChannelOutput
    lists = True

    def get(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(Workspace, workspace_id)
        return self.listed(CHANNELS.visible_to(self.actor).filter(workspace=workspace))

    def post(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(Workspace, workspace_id)
        self.allow("chat.open", workspace)
        said = self.read()
        named = said.pop("internal_to", None)
        internal_to = Organization.objects.visible_to(self.actor).filter(pk=named).first() if named else None
        if named and internal_to is None:
            raise InvalidInput.at("/internal_to", "unknown", _("There is no such organization for you."))
        return self.created(
            open_channel(actor=self.actor, workspace=workspace, internal_to=internal_to, **said)
        )


class OneChannel(ApiView):
    takes = {"PATCH": ChannelChange}
    gives = ChannelOutput

    def get(self, request: Request, channel_id: UUID) -> Response:
        return self.shown(self.find(CHANNELS, channel_id))

    def patch(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(CHANNELS, channel_id)
        self.allow("chat.change", channel)
        return self.shown(change_channel(actor=self.actor, channel=channel, **self.read(partial=True)))


class Archive(ApiView):
    gives = ChannelOutput

    def put(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(CHANNELS, channel_id)
        self.allow("chat.change", channel)
        self.read()
        return self.shown(archive_channel(actor=self.actor, channel=channel))


class PersonInput(Input):
    user = serializers.UUIDField()


class ChannelMemberOutput(serializers.Serializer):
    id = serializers.UUIDField()
    user = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_user(self, row: ChannelMember) -> Any:
        return {"id": str(row.user_id), "name": row.user.name}


class Members(ApiView):
    takes = {"POST": PersonInput, "DELETE": PersonInput}
    gives = ChannelMemberOutput
    lists = True

    def get(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(CHANNELS, channel_id)
        return self.listed(ChannelMember.objects.filter(channel=channel).select_related("user"))

    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(CHANNELS, channel_id)
        self.allow("chat.manage_members", channel)
        return self.created(add_to_channel(actor=self.actor, channel=channel, user=self._person()))

    def delete(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(CHANNELS, channel_id)
        user = self._person()
        if user.pk != self.actor.user_id:
            self.allow("chat.manage_members", channel)
        remove_from_channel(actor=self.actor, channel=channel, user=user)
        return self.gone()

    def _person(self) -> User:
        user = User.objects.visible_to(self.actor).filter(pk=self.read()["user"]).first()
        if user is None:
            raise InvalidInput.at("/user", "unknown", _("Nobody you know has this id."))
        return user


class MessageInput(Input):
    body = StrictString(max_length=LONGEST, trim_whitespace=False)
    reply_to = serializers.UUIDField(required=False, allow_null=True)
    mentions = serializers.ListField(child=serializers.UUIDField(), max_length=100, required=False)

    def validate_body(self, body: str) -> str:
        if not body.strip():
            raise serializers.ValidationError(_("Write something."), code="blank")
        return body.strip()


class AuthorOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    org = Reference(allow_null=True)
    external = serializers.BooleanField()
    company = serializers.CharField()


class ThreadOutput(serializers.Serializer):
    count = serializers.IntegerField()
    last_reply_at = serializers.DateTimeField(allow_null=True)


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
    reply_to = serializers.UUIDField(allow_null=True)
    thread = ThreadOutput()
    mentions = serializers.ListField(child=serializers.UUIDField())
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
        channel = channel_for_writing(self.actor, channel_id)
        if channel is None:
            raise NotVisible
        try:
            said = self.read()
        except (InvalidInput, NotSupported):
            self.allow("chat.post", channel)  # who may not write here hears that first
            raise
        reply_to = self._root(channel, said.get("reply_to"))
        mentions = said.get("mentions", ())
        limited("messages", self.actor.user_id)
        message = post_message(
            actor=self.actor, channel=channel, body=said["body"], reply_to=reply_to, mentions=mentions,
            key=self._message_key,
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

    def _root(self, channel: Channel, message_id: UUID | None) -> Message | None:
        if message_id is None:
            return None
        root = Message.objects.filter(channel=channel, pk=message_id).first()
        if root is None:
            raise InvalidInput.at("/reply_to", "unknown", _("There is no such message in this channel."))
        return root


class MessageChange(Input):
    body = StrictString(max_length=LONGEST)


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
        if len(emoji) > 16 or emoji.isascii() or any(one.isalpha() or one.isspace() for one in emoji):
            raise InvalidInput.at("/emoji", "no_emoji", _("One emoji."))
        return message


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


class DirectInput(Input):
    users = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=9)


class DirectMessages(ApiView):
    takes = {"POST": DirectInput}
    gives = ChannelOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(CHANNELS.visible_to(self.actor).direct())

    def post(self, request: Request) -> Response:
        wanted = set(self.read()["users"])
        users = list(User.objects.visible_to(self.actor).active().filter(pk__in=wanted))
        if len(users) != len(wanted):
            raise InvalidInput.at("/users", "unknown", _("Nobody you know has this id."))
        return self.created(open_direct(actor=self.actor, users=users))


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


class Search(MessageView):
    """``?q=`` in messages, the newest first."""

    lists, pages = True, False

    @extend_schema(
        parameters=[
            OpenApiParameter("q"),
            OpenApiParameter("in", enum=["messages"]),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ]
    )
    def get(self, request: Request) -> Response:
        limited("search", self.actor.user_id)
        q = request.query_params.get("q", "").strip()
        if not 2 <= len(q) <= 200:
            raise InvalidInput.at("q", "out_of_range", _("Two to 200 characters."))
        if request.query_params.get("in", "messages") != "messages":
            raise InvalidInput.at("in", "unknown", _("Messages can be searched."))
        rows = found(self.actor, q).prefetch_related("reactions__user")[: self._limit()]
        return Response({"results": [resource_of(one) for one in rows], "next": None})


api_urlpatterns = [
    path("workspaces/<uuid:workspace_id>/channels/", Channels.as_view()),
    path("channels/<uuid:channel_id>/", OneChannel.as_view()),
    path("channels/<uuid:channel_id>/archive/", Archive.as_view()),
    path("channels/<uuid:channel_id>/members/", Members.as_view()),
    path("channels/<uuid:channel_id>/messages/", Messages.as_view(), name="api_messages"),
    path("channels/<uuid:channel_id>/read/", Read.as_view(), name="api_read"),
    path("channels/<uuid:channel_id>/events/", Events.as_view(), name="api_events"),
    path("messages/<uuid:message_id>/", OneMessage.as_view()),
    path("messages/<uuid:message_id>/reactions/<str:emoji>/", Reactions.as_view()),
    path("messages/<uuid:message_id>/receipts/", Receipts.as_view()),
    path("direct-messages/", DirectMessages.as_view()),
    path("search/", Search.as_view()),
]
