"""Channels and their people, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chat.models import Channel, ChannelMember
from chat.operations import (
    add_to_channel,
    archive_channel,
    change_channel,
    open_channel,
    open_direct,
    remove_from_channel,
)
from chat.operations.channels import name_for
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from orgs.api.references import Reference, ref
from orgs.models import Organization
from workspaces.history import PATTERN
from workspaces.models import Workspace

CHANNELS = Channel.objects.select_related("workspace", "internal_to").prefetch_related("members__user")


class ChannelInput(Input):
    name = StrictString(max_length=80)
    topic = StrictString(max_length=250, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=["open", "private", "announcement"], required=False)
    internal_to = serializers.UUIDField(required=False, allow_null=True)


class ChannelChange(Input):
    name = StrictString(max_length=80, required=False)
    topic = StrictString(max_length=250, allow_blank=True, required=False)
    label = serializers.ChoiceField(
        choices=["", *Workspace.Classification.values],
        required=False,
        help_text="empty: that of the workspace",
    )
    posting = serializers.ChoiceField(
        choices=["", *Channel.Posting.values], required=False, help_text="empty: everybody who writes"
    )
    history = serializers.RegexField(
        f"^({PATTERN})?$",
        required=False,
        allow_blank=True,
        help_text="joined, or 30d: of the last 30 days before they join; empty: as the workspace lets them",
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
    posting = serializers.CharField(allow_null=True, help_text="managers: of announcements; null: everybody")
    history = serializers.CharField(allow_null=True, help_text="its own word on what newcomers read")
    history_days = serializers.IntegerField(
        allow_null=True,
        help_text="how many days before joining newcomers read, by the stricter of both; null: everything",
    )
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
        if said.get("kind") == "announcement":
            said |= {"kind": Channel.Kind.OPEN, "posting": Channel.Posting.MANAGERS}
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
        if user.pk != self.actor.user_id and not channel.is_direct:
            self.allow("chat.manage_members", channel)
        remove_from_channel(actor=self.actor, channel=channel, user=user)
        return self.gone()

    def _person(self) -> User:
        user = User.objects.visible_to(self.actor).filter(pk=self.read()["user"]).first()
        if user is None:
            raise InvalidInput.at("/user", "unknown", _("Nobody you know has this id."))
        return user


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
