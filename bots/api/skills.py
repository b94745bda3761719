"""What people may ask of a bot, where it is told, and what it answers, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models.people import validate_name
from bots.api.bots import BotView
from bots.models import Call, Endpoint, Skill
from bots.models.calls import LONGEST_ANSWER
from bots.operations import (
    add_skill,
    answer_call,
    call_bot,
    remove_endpoint,
    remove_skill,
    renew_endpoint_secret,
    set_endpoint,
    try_endpoint,
)
from chat.models import Message
from kernel.addresses import look_up
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited
from kernel.outgoing import LONGEST_URL
from kernel.recent import require_recent
from orgs.api.references import PersonReference, Reference, person, ref
from workspaces.models import seated


class EndpointInput(Input):
    url = StrictString(max_length=LONGEST_URL)


class EndpointOutput(serializers.Serializer):
    url = serializers.CharField()
    old_secret_until = serializers.DateTimeField(allow_null=True, help_text="until then two secrets sign")
    created_at = serializers.DateTimeField()
    secret = serializers.CharField(required=False, help_text="what signs; only in the answer that makes it")

    def to_representation(self, endpoint: Endpoint) -> dict[str, Any]:
        shown = super().to_representation(endpoint)
        return shown if endpoint.secret else {name: shown[name] for name in shown if name != "secret"}


class SkillInput(Input):
    kind = serializers.ChoiceField(Skill.Kind.choices)
    label = StrictString(max_length=80, validators=[validate_name], help_text="what it does, in English")
    label_zh = StrictString(max_length=80, validators=[validate_name], required=False, allow_blank=True)
    name = StrictString(max_length=30, required=False, help_text="of a command: behind the slash, a to z")
    name_zh = StrictString(max_length=30, required=False, allow_blank=True)
    hint = StrictString(max_length=80, validators=[validate_name], required=False, allow_blank=True)


class SkillOutput(serializers.Serializer):
    id = serializers.UUIDField()
    bot = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Skill.Kind.choices)
    name = serializers.CharField()
    name_zh = serializers.CharField()
    label = serializers.CharField()
    label_zh = serializers.CharField()
    hint = serializers.CharField(help_text="what may be written after a command")
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_bot(self, skill: Skill) -> Any:
        return ref(skill.bot)


class CallInput(Input):
    skill = serializers.UUIDField(help_text="something to do with a message, of a bot that reads it")
    confirm = StrictBoolean(required=False, help_text="it is meant, though it is confidential or a secret")


class AnswerInput(Input):
    text = StrictString(max_length=LONGEST_ANSWER, help_text="plain words, for whoever called alone")


class CallOutput(serializers.Serializer):
    id = serializers.UUIDField()
    bot = serializers.SerializerMethodField()
    called = serializers.CharField()
    by = serializers.SerializerMethodField()
    channel = serializers.UUIDField(source="channel_id", allow_null=True)
    message = serializers.UUIDField(source="message_id", allow_null=True)
    state = serializers.ChoiceField(Call.State.values)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="of HTTP, of the last try")
    duration_ms = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(help_text="why there was no answer")
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    said = serializers.SerializerMethodField(help_text="what it says to whoever called; empty for all others")

    @extend_schema_field(Reference)
    def get_bot(self, call: Call) -> Any:
        return ref(call.bot)

    @extend_schema_field(PersonReference)
    def get_by(self, call: Call) -> Any:
        return person(call.asked_by, call.organization)

    def get_said(self, call: Call) -> str:
        return call.said_to(self.context["actor"])


class EndpointView(BotView):
    gives = EndpointOutput

    def as_it_is(self, bot_id: UUID, secret: str = "") -> Response:
        found = Endpoint.objects.visible_to(self.actor).filter(bot=bot_id).first()
        if found is None:
            raise NotVisible
        found.secret = secret
        return self.shown(found)


class OneEndpoint(EndpointView):
    """Where a bot is told that somebody called it. Only those see it who decide for its organization."""

    takes = {"PUT": EndpointInput}

    def get(self, request: Request, bot_id: UUID) -> Response:
        return self.as_it_is(self.bot(bot_id, "bots.manage").pk)

    def put(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        require_recent(self.actor)
        said = self.read()
        look_up(said["url"])
        return self.as_it_is(bot.pk, set_endpoint(actor=self.actor, bot=bot, **said).secret)

    def delete(self, request: Request, bot_id: UUID) -> Response:
        """Tell it nothing more; what could be asked of it goes with it."""
        bot = self.bot(bot_id, "bots.manage")
        self.read()
        remove_endpoint(actor=self.actor, bot=bot)
        return self.gone()


class EndpointSecret(EndpointView):
    """Another secret; the one before signs beside it for a day."""

    def post(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        require_recent(self.actor)
        self.read()
        return self.as_it_is(bot.pk, renew_endpoint_secret(actor=self.actor, bot=bot).secret)


class CallView(BotView):
    gives = CallOutput

    def one(self, call_id: UUID, status: int = 200) -> Response:
        found = self.find(Call.objects.told().select_related("asked_by", "organization"), call_id)
        return self.shown(found, status=status)


class EndpointTest(CallView):
    """Tell the address something that is about nothing."""

    def post(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        limited("webhooks", bot.organization_id)
        self.read()
        return self.one(try_endpoint(actor=self.actor, bot=bot).pk, 201)


class Skills(BotView):
    takes = {"POST": SkillInput}
    gives = SkillOutput
    lists = True

    def get(self, request: Request, bot_id: UUID) -> Response:
        return self.listed(Skill.objects.visible_to(self.actor).told().filter(bot=self.bot(bot_id)))

    def post(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        made = add_skill(actor=self.actor, bot=bot, **self.read())
        return self.shown(self.find(Skill.objects.told(), made.pk), status=201)


class OneSkill(BotView):
    gives = SkillOutput

    def get(self, request: Request, skill_id: UUID) -> Response:
        return self.shown(self.find(Skill.objects.told(), skill_id))

    def delete(self, request: Request, skill_id: UUID) -> Response:
        skill = self.find(Skill.objects.told(), skill_id)
        self.bot(skill.bot_id, "bots.manage")
        self.read()
        remove_skill(actor=self.actor, skill=skill)
        return self.gone()


class Calls(CallView):
    """What a bot was told in the last thirty days, the newest first, and whether it heard."""

    lists = True

    @extend_schema(operation_id="bots_calls_list")
    def get(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        rows = Call.objects.visible_to(self.actor).told().select_related("asked_by", "organization")
        return self.listed(rows.filter(bot=bot), newest_first=True)


class MessageCalls(CallView):
    """Give a message to a bot that reads it. It gets the words as they are now, and who called."""

    takes = {"POST": CallInput}

    def post(self, request: Request, message_id: UUID) -> Response:
        message = self.find(Message.objects.select_related("channel__workspace"), message_id)
        if message.deleted_at is not None:
            raise NotVisible
        if message.channel.workspace_id:
            self.actor = seated(self.actor, message.channel.workspace_id)
        self.allow("bots.call", message.channel)
        limited("calls", self.actor.user_id)
        said = self.read()
        skill = Skill.objects.visible_to(self.actor).filter(pk=said.pop("skill")).first()
        if skill is None:
            raise InvalidInput.at("/skill", "unknown", _("There is no such thing to do here."))
        made = call_bot(actor=self.actor, skill=skill, channel=message.channel, message=message, **said)
        return self.one(made.pk, 201)


class OneCall(CallView):
    def get(self, request: Request, call_id: UUID) -> Response:
        return self.one(call_id)


class CallAnswer(CallView):
    """What the bot says to whoever called it, and to nobody else. Said anew within half an hour, it takes its place."""

    takes = {"PUT": AnswerInput}

    def put(self, request: Request, call_id: UUID) -> Response:
        call = self.find(Call.objects.select_related("bot__user"), call_id)
        self.allow("bots.answer", call)
        answer_call(actor=self.actor, call=call, **self.read())
        return self.one(call_id)


skill_urlpatterns = [
    path("bots/<uuid:bot_id>/endpoint/", OneEndpoint.as_view()),
    path("bots/<uuid:bot_id>/endpoint/secret/", EndpointSecret.as_view()),
    path("bots/<uuid:bot_id>/endpoint/test/", EndpointTest.as_view()),
    path("bots/<uuid:bot_id>/skills/", Skills.as_view()),
    path("bots/<uuid:bot_id>/calls/", Calls.as_view()),
    path("skills/<uuid:skill_id>/", OneSkill.as_view()),
    path("messages/<uuid:message_id>/calls/", MessageCalls.as_view()),
    path("calls/<uuid:call_id>/", OneCall.as_view(), name="api_call"),
    path("calls/<uuid:call_id>/answer/", CallAnswer.as_view()),
]
