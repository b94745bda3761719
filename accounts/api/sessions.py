"""The JSON door to the browsers in which one is signed in."""

from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Session
from accounts.operations import end_other_sessions, end_session
from kernel.api import ApiView


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


urlpatterns = [
    path("sessions/", Sessions.as_view()),
    path("sessions/others/", OtherSessions.as_view()),
    path("sessions/<uuid:session_id>/", OneSession.as_view()),
]
