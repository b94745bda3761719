"""The bots of a workspace, for programs. A bot itself may read what it is, and change nothing of it."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models.people import validate_name
from bots.models import Bot, Scope
from bots.operations import (
    change_bot,
    create_bot,
    end_bot,
    let_in_again,
    make_token,
    pause_bot,
    refuse_bot,
    resume_bot,
)
from bots.policies import sides_of
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.finding import lasting
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.recent import require_recent
from orgs.api.references import Reference, ref
from orgs.models import Organization
from workspaces.models import Workspace, seated

ROOMS = Workspace.objects.select_related("host")
BOTS = lasting(Bot.objects.told())


def _scopes(**options: Any) -> serializers.ListField:
    one_of = serializers.ChoiceField(Scope.values)
    return serializers.ListField(child=one_of, min_length=1, max_length=len(Scope.values), **options)


class BotInput(Input):
    org = serializers.UUIDField(
        required=False, help_text="for which it works; needed where there is a choice"
    )
    name = StrictString(max_length=60, validators=[validate_name])
    purpose = StrictString(max_length=200, help_text="everybody in the workspace can read it")
    scopes = _scopes()


class BotChange(Input):
    name = StrictString(max_length=60, validators=[validate_name], required=False)
    purpose = StrictString(max_length=200, required=False)
    scopes = _scopes(required=False)


class TokenInput(Input):
    at_once = StrictBoolean(required=False, help_text="the token before ends now, not in 24 hours")


class RefusalInput(Input):
    reason = StrictString(max_length=200, required=False, allow_blank=True)


class RefusalOutput(serializers.Serializer):
    org = serializers.SerializerMethodField()
    reason = serializers.CharField()
    since = serializers.DateTimeField(source="created_at")

    @extend_schema_field(Reference)
    def get_org(self, refusal: Any) -> Any:
        return ref(refusal.organization)


class BotOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    user = serializers.UUIDField(source="user_id", help_text="the author of what it says")
    workspace = serializers.UUIDField(source="workspace_id")
    org = serializers.SerializerMethodField(help_text="whose it is")
    purpose = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(Bot.State.values)
    refusals = RefusalOutput(many=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    token = serializers.CharField(required=False, help_text="its key; only in the answer that makes it")

    def to_representation(self, bot: Bot) -> dict[str, Any]:
        shown = super().to_representation(bot)
        return shown if bot.token else {name: shown[name] for name in shown if name != "token"}

    @extend_schema_field(Reference)
    def get_org(self, bot: Bot) -> Any:
        return ref(bot.organization)


class BotView(ApiView):
    gives = BotOutput

    def bot(self, bot_id: UUID, rule: str = "") -> Bot:
        found: Bot = self.find(BOTS, bot_id)
        self.actor = seated(self.actor, found.workspace_id)
        if rule:
            self.allow(rule, found)
        return found

    def again(self, bot_id: UUID, token: str = "", status: int = 200) -> Response:
        """Show it as it is now."""
        found = self.find(BOTS, bot_id)
        found.token = token
        return self.shown(found, status=status)


class Bots(BotView):
    """Those of every organization in the workspace; POST answers with the token, this once."""

    takes = {"POST": BotInput}
    lists = True

    def get(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(ROOMS, workspace_id)
        return self.listed(Bot.objects.visible_to(self.actor).told().filter(workspace=workspace))

    def post(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(ROOMS, workspace_id)
        self.actor = seated(self.actor, workspace.pk)
        self.allow("bots.open", workspace)
        require_recent(self.actor)
        said = self.read()
        organization = self._side(workspace, said.pop("org", None))
        made = create_bot(actor=self.actor, workspace=workspace, organization=organization, **said)
        return self.again(made.pk, made.token, 201)

    def _side(self, workspace: Workspace, named: UUID | None) -> Organization:
        sides = {one.organization_id: one.organization for one in sides_of(self.actor, workspace)}
        chosen = named or (self.actor.org_id if self.actor.org_id in sides else next(iter(sides)))
        if chosen not in sides:
            raise InvalidInput.at("/org", "unknown", _("You do not decide for this organization here."))
        return sides[chosen]


class OneBot(BotView):
    takes = {"PATCH": BotChange}

    def get(self, request: Request, bot_id: UUID) -> Response:
        return self.shown(self.bot(bot_id))

    def patch(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        change_bot(actor=self.actor, bot=bot, **self.read(partial=True))
        return self.again(bot_id)

    def delete(self, request: Request, bot_id: UUID) -> Response:
        """End it for good."""
        bot = self.bot(bot_id, "bots.manage")
        self.read()
        end_bot(actor=self.actor, bot=bot)
        return self.gone()


class BotToken(BotView):
    """Another token. The one before works for 24 hours more, or ends at once."""

    takes = {"POST": TokenInput}

    def post(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        require_recent(self.actor)
        return self.again(bot_id, make_token(actor=self.actor, bot=bot, **self.read()).token, 201)


class BotPause(BotView):
    def put(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.manage")
        self.read()
        pause_bot(actor=self.actor, bot=bot)
        return self.again(bot_id)

    def delete(self, request: Request, bot_id: UUID) -> Response:
        """Let it work again."""
        bot = self.bot(bot_id, "bots.manage")
        self.read()
        resume_bot(actor=self.actor, bot=bot)
        return self.gone()


class BotRefusal(BotView):
    """What another organization in the room has set up, one's own may refuse."""

    takes = {"PUT": RefusalInput}

    def put(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.refuse")
        refuse_bot(actor=self.actor, bot=bot, **self.read())
        return self.again(bot_id)

    def delete(self, request: Request, bot_id: UUID) -> Response:
        bot = self.bot(bot_id, "bots.refuse")
        self.read()
        let_in_again(actor=self.actor, bot=bot)
        return self.gone()


bot_urlpatterns = [
    path("workspaces/<uuid:workspace_id>/bots/", Bots.as_view()),
    path("bots/<uuid:bot_id>/", OneBot.as_view()),
    path("bots/<uuid:bot_id>/token/", BotToken.as_view()),
    path("bots/<uuid:bot_id>/pause/", BotPause.as_view()),
    path("bots/<uuid:bot_id>/refusal/", BotRefusal.as_view()),
]
