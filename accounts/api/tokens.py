"""The JSON door to one's tokens."""

from typing import Any
from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Token, memberships_of
from accounts.operations import create_token, revoke_token
from kernel.api import ApiView
from kernel.inputs import Input, Moment, StrictString
from kernel.recent import require_recent


class TokenInput(Input):
    name = StrictString(max_length=120)
    scope = serializers.ChoiceField(choices=Token.Scope.choices, default=Token.Scope.READ)
    org = serializers.UUIDField(required=False, allow_null=True)
    expires_at = Moment(required=False, allow_null=True)


class TokenOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    scope = serializers.CharField()
    org = serializers.SerializerMethodField()
    prefix = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    token = serializers.CharField(
        source="secret", required=False, help_text="The token itself, only in the answer to its creation."
    )

    def to_representation(self, token: Token) -> dict[str, Any]:
        shown = super().to_representation(token)
        return shown if token.secret else {name: shown[name] for name in shown if name != "token"}

    def get_org(self, token: Token) -> dict[str, str] | None:
        if token.org_id is None:
            return None
        return {"id": str(token.org_id), "name": self._names().get(str(token.org_id), "")}

    def _names(self) -> dict[str, str]:
        if "names" not in self.context:
            mine = memberships_of(self.context["actor"].user)
            self.context["names"] = {str(one["org"]["id"]): one["org"]["name"] for one in mine}
        return self.context["names"]


class Tokens(ApiView):
    takes = {"POST": TokenInput}
    gives = TokenOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Token.objects.visible_to(self.actor).standing())

    def post(self, request: Request) -> Response:
        self.allow("accounts.manage_tokens", request.user)
        require_recent(self.actor)
        said = self.read()
        return self.created(
            create_token(actor=self.actor, person=request.user, asked_with=request.auth, **said)
        )


class OneToken(ApiView):
    def delete(self, request: Request, token_id: UUID) -> Response:
        token = self.find(Token.objects.standing(), token_id)
        self.allow("accounts.manage_tokens", token.user)
        self.read()
        revoke_token(actor=self.actor, token=token)
        return self.gone()


urlpatterns = [
    path("tokens/", Tokens.as_view()),
    path("tokens/<uuid:token_id>/", OneToken.as_view()),
]
