"""The JSON door to oneself and to one's tokens."""

from typing import Any
from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import LANGUAGES, Session, Token, User, memberships_of
from accounts.models.people import validate_name, validate_time_zone
from accounts.operations import change_profile, create_token, end_other_sessions, end_session, revoke_token
from kernel.api import ApiView
from kernel.inputs import Input, Moment, StrictString
from kernel.recent import require_recent


class OrgReference(serializers.Serializer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class MembershipOutput(serializers.Serializer):
    org = OrgReference()
    role = serializers.CharField()


class MeOutput(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    theme = serializers.CharField()
    avatar = serializers.CharField(source="picture", allow_null=True)
    memberships = serializers.SerializerMethodField()

    def get_memberships(self, person: User) -> list[dict[str, Any]]:
        return list(MembershipOutput(memberships_of(person), many=True).data)


class ProfileInput(Input):
    name = StrictString(max_length=120, validators=[validate_name])
    language = serializers.ChoiceField(choices=LANGUAGES)
    time_zone = StrictString(max_length=64, validators=[validate_time_zone])
    theme = serializers.ChoiceField(choices=User.Theme.choices)


class Me(ApiView):
    takes = {"PATCH": ProfileInput}
    gives = MeOutput

    def get(self, request: Request) -> Response:
        return self.shown(request.user)

    def patch(self, request: Request) -> Response:
        self.allow("accounts.change_profile", request.user)
        return self.shown(change_profile(actor=self.actor, person=request.user, **self.read(partial=True)))


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


class SessionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    device = serializers.CharField()
    address = serializers.CharField()
    signed_in_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(source="seen_at")
    current = serializers.SerializerMethodField(help_text="It is the one that asks.")

    def get_current(self, session: Session) -> bool:
        return session.pk == self.context.get("here")


class Sessions(ApiView):
    gives = SessionOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Session.objects.living(request.user), here=session_here(request))


class OtherSessions(ApiView):
    def delete(self, request: Request) -> Response:
        """End every session but the one that asks."""
        self.allow("accounts.manage_sessions", request.user)
        self.read()
        end_other_sessions(actor=self.actor, person=request.user, kept=session_here(request))
        return self.gone()


class OneSession(ApiView):
    def delete(self, request: Request, session_id: UUID) -> Response:
        session = self.find(Session.objects.filter(user=request.user), session_id)
        self.allow("accounts.manage_sessions", session.user)
        self.read()
        end_session(actor=self.actor, session=session)
        return self.gone()


def session_here(request: Request) -> UUID | None:
    """Return the session that asks; None for a program."""
    return request._request.session.row.pk if request.auth is None else None  # type: ignore[attr-defined]


api_urlpatterns = [
    path("me/", Me.as_view()),
    path("sessions/", Sessions.as_view()),
    path("sessions/others/", OtherSessions.as_view()),
    path("sessions/<uuid:session_id>/", OneSession.as_view()),
    path("tokens/", Tokens.as_view()),
    path("tokens/<uuid:token_id>/", OneToken.as_view()),
]
