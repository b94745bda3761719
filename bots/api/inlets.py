"""Addresses at which a bot speaks, and the door behind each of them."""

from typing import Any
from uuid import UUID, uuid5

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from bots.addresses import address_of
from bots.api.bots import BotView
from bots.models import Inlet, InletRefusal
from bots.operations import (
    close_inlet,
    note_refused,
    open_inlet,
    pause_inlet,
    renew_inlet,
    resume_inlet,
    speak_through,
)
from bots.operations.inlets import plain
from chat.models import Channel
from chat.operations.messages import LONGEST
from kernel.acting import acting
from kernel.actor import Actor
from kernel.api import ApiView
from kernel.errors import DomainError, InvalidInput, NotVisible, TooMany
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited
from kernel.recent import require_recent
from orgs.api.references import Reference, ref

CLOCK = Actor.system("bots.inlets")
KEYS = UUID("018f4e3a-0000-7000-8000-626f74730a6b")  # a caller's word becomes a key of this family


class InletInput(Input):
    channel = serializers.UUIDField()
    name = StrictString(max_length=60)


class RenewalInput(Input):
    at_once = StrictBoolean(required=False, help_text="the address before ends now, not in 24 hours")


class InletOutput(serializers.Serializer):
    id = serializers.UUIDField()
    bot = serializers.SerializerMethodField()
    channel = serializers.SerializerMethodField()
    name = serializers.CharField()
    paused = serializers.BooleanField(source="is_paused")
    last_used_at = serializers.DateTimeField(allow_null=True)
    old_until = serializers.DateTimeField(allow_null=True, help_text="until then two addresses work")
    created_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField(help_text="its address; only in the answer that makes it")

    def to_representation(self, inlet: Inlet) -> dict[str, Any]:
        shown = super().to_representation(inlet)
        return shown if inlet.secret else {name: shown[name] for name in shown if name != "url"}

    @extend_schema_field(Reference)
    def get_bot(self, inlet: Inlet) -> Any:
        return ref(inlet.bot)

    @extend_schema_field(Reference)
    def get_channel(self, inlet: Inlet) -> Any:
        return ref(inlet.channel)

    def get_url(self, inlet: Inlet) -> str:
        return address_of(inlet.secret)


class RefusedOutput(serializers.Serializer):
    at = serializers.DateTimeField(source="created_at")
    code = serializers.CharField()
    status = serializers.IntegerField()


class InletView(BotView):
    gives = InletOutput

    def inlet(self, inlet_id: UUID) -> Inlet:
        found: Inlet = self.find(Inlet.objects.told(), inlet_id)
        self.bot(found.bot_id, "bots.manage")
        return found

    def as_it_is(self, inlet_id: UUID, secret: str = "", status: int = 200) -> Response:
        found = self.find(Inlet.objects.told(), inlet_id)
        found.secret = secret
        return self.shown(found, status=status)


class Inlets(InletView):
    """Of one bot; POST answers with the address, this once."""

    takes = {"POST": InletInput}
    lists = True

    def get(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        return self.listed(Inlet.objects.visible_to(self.actor).told().filter(bot=bot))

    def post(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        require_recent(self.actor)
        said = self.read()
        channel = (
            Channel.objects.visible_to(self.actor).select_related("workspace").filter(pk=said.pop("channel"))
        )
        place = channel.first()
        if place is None:
            raise InvalidInput.at("/channel", "unknown", _("There is no such channel for you."))
        made = open_inlet(actor=self.actor, bot=bot, channel=place, **said)
        return self.as_it_is(made.pk, made.secret, 201)


class OneInlet(InletView):
    def get(self, request: Request, inlet_id: UUID) -> Response:
        return self.shown(self.inlet(inlet_id))

    def delete(self, request: Request, inlet_id: UUID) -> Response:
        inlet = self.inlet(inlet_id)
        self.read()
        close_inlet(actor=self.actor, inlet=inlet)
        return self.gone()


class InletSecret(InletView):
    """Another address. The one before works for 24 hours more, or ends at once."""

    takes = {"POST": RenewalInput}

    def post(self, request: Request, inlet_id: UUID) -> Response:
        inlet = self.inlet(inlet_id)
        require_recent(self.actor)
        return self.as_it_is(inlet_id, renew_inlet(actor=self.actor, inlet=inlet, **self.read()).secret, 201)


class InletPause(InletView):
    def put(self, request: Request, inlet_id: UUID) -> Response:
        inlet = self.inlet(inlet_id)
        self.read()
        pause_inlet(actor=self.actor, inlet=inlet)
        return self.as_it_is(inlet_id)

    def delete(self, request: Request, inlet_id: UUID) -> Response:
        inlet = self.inlet(inlet_id)
        self.read()
        resume_inlet(actor=self.actor, inlet=inlet)
        return self.gone()


class Refused(InletView):
    """The last twenty that were refused, and why; never what came."""

    gives = RefusedOutput
    lists = True

    @extend_schema(operation_id="inlets_refused_list")
    def get(self, request: Request, inlet_id: UUID) -> Response:
        inlet = self.inlet(inlet_id)
        return self.listed(InletRefusal.objects.visible_to(self.actor).filter(inlet=inlet), newest_first=True)


class SpokenInput(Input):
    """Either ``markdown``, or ``text`` as other chats send it; ``thread`` is the caller's own word for a thread."""

    markdown = StrictString(max_length=LONGEST, required=False, trim_whitespace=False)
    text = StrictString(max_length=LONGEST // 2, required=False, trim_whitespace=False)
    thread = StrictString(max_length=64, required=False)
    # What programs written for Slack send besides: taken, and not heeded.
    username = serializers.JSONField(required=False, help_text="not heeded: the bot speaks as itself")
    channel = serializers.JSONField(required=False, help_text="not heeded: the address says where")
    icon_emoji = serializers.JSONField(required=False, help_text="not heeded")
    icon_url = serializers.JSONField(required=False, help_text="not heeded")
    mrkdwn = serializers.JSONField(required=False, help_text="not heeded")
    link_names = serializers.JSONField(required=False, help_text="not heeded")
    unfurl_links = serializers.JSONField(required=False, help_text="not heeded")
    unfurl_media = serializers.JSONField(required=False, help_text="not heeded")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        words = [said[one] for one in ("markdown", "text") if said.get(one, "").strip()]
        if len(words) != 1:
            code = "blank" if not words else "one_of"
            raise serializers.ValidationError(ErrorDetail(_("Send either markdown or text."), code=code))
        return said


class SpokenOutput(serializers.Serializer):
    id = serializers.UUIDField(help_text="of the message")
    seq = serializers.IntegerField()
    channel = serializers.UUIDField()


class Hook(ApiView):
    """What is sent here, its bot says in its channel. The address holds the secret: whoever has it may."""

    takes = {"POST": SpokenInput}
    gives = SpokenOutput
    open_to_anybody = True

    def post(self, request: Request, token: str) -> Response:
        with acting(CLOCK):
            inlet = Inlet.objects.opened_by(token)
        if inlet is None:
            raise NotVisible
        limited("inlets", inlet.pk)
        try:
            message = self._said(inlet)
        except TooMany:
            raise
        except DomainError as refused:
            note_refused(actor=CLOCK, inlet=inlet, code=str(refused.code), status=refused.status)
            raise
        return self.shown({"id": message.pk, "seq": message.seq, "channel": message.channel_id})

    def _said(self, inlet: Inlet) -> Any:
        said = self.read()
        body = said["markdown"] if said.get("markdown", "").strip() else plain(said["text"])
        key = self.request.headers.get("Idempotency-Key")
        return speak_through(
            actor=inlet.speaker,
            inlet=inlet,
            body=body.strip(),
            thread=said.get("thread", ""),
            key=uuid5(KEYS, f"{inlet.pk} {key}") if key else None,
        )


inlet_urlpatterns = [
    path("bots/<uuid:bot_id>/inlets/", Inlets.as_view()),
    path("inlets/<uuid:inlet_id>/", OneInlet.as_view()),
    path("inlets/<uuid:inlet_id>/secret/", InletSecret.as_view()),
    path("inlets/<uuid:inlet_id>/pause/", InletPause.as_view()),
    path("inlets/<uuid:inlet_id>/refused/", Refused.as_view()),
    path("hooks/<slug:token>/", Hook.as_view()),
]
