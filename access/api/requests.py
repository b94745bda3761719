"""Somebody asks for a right, and somebody answers."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from access.api.things import AccessView
from access.kinds import KINDS
from access.levels import CHOICES, Level
from access.models import Request
from access.operations import answer_request, ask_for_access, withdraw_request
from kernel.api import ApiView
from kernel.inputs import Input, Moment, StrictString
from kernel.limits import limited
from orgs.api.references import PersonReference, person


class RequestInput(Input):
    object = StrictString(max_length=80, help_text="<type>:<id>")
    level = serializers.ChoiceField(choices=CHOICES)
    reason = StrictString(max_length=500, required=False, allow_blank=True)


class RequestOutput(serializers.Serializer):
    id = serializers.UUIDField()
    object = serializers.SerializerMethodField()
    object_name = serializers.CharField()
    level = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.CharField()
    asked_by = serializers.SerializerMethodField()
    answered_by = serializers.SerializerMethodField()
    answered_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_object(self, one: Request) -> str:
        return f"{one.kind}:{one.object_id}"

    @extend_schema_field(PersonReference)
    def get_asked_by(self, one: Request) -> Any:
        return person(one.asked_by, one.asked_for)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_answered_by(self, one: Request) -> Any:
        return person(one.answered_by, None)


REQUESTS = Request.objects.select_related("asked_by", "asked_for", "answered_by")


class Requests(AccessView):
    takes = {"POST": RequestInput}
    gives = RequestOutput
    lists = True

    def get(self, request: HttpRequest) -> Response:
        return self.listed(REQUESTS.visible_to(self.actor), newest_first=True)

    def post(self, request: HttpRequest) -> Response:
        said = self.read()
        _kind, thing = self.the_object(said["object"], "/object")
        limited("invitations", self.actor.user_id)
        asked = ask_for_access(
            actor=self.actor, thing=thing, level=Level.of(said["level"]), reason=said.get("reason", "")
        )
        return self.created(asked)


class OneRequest(ApiView):
    gives = RequestOutput

    def get(self, request: HttpRequest, request_id: UUID) -> Response:
        return self.shown(self.find(REQUESTS, request_id))

    def delete(self, request: HttpRequest, request_id: UUID) -> Response:
        asked = self.find(REQUESTS, request_id)
        self.allow("access.withdraw_request", asked)
        self.read()
        withdraw_request(actor=self.actor, asked=asked)
        return self.gone()


class AnswerInput(Input):
    decision = serializers.ChoiceField(choices=["grant", "decline"])
    level = serializers.ChoiceField(choices=CHOICES, required=False)
    expires_at = Moment(required=False, allow_null=True)
    comment = StrictString(max_length=500, required=False, allow_blank=True)


class Answer(ApiView):
    takes = {"POST": AnswerInput}
    gives = RequestOutput

    def post(self, request: HttpRequest, request_id: UUID) -> Response:
        asked = self.find(REQUESTS, request_id)
        kind = KINDS[asked.kind]
        self.allow("access.answer", (asked, kind.find(self.actor, asked.object_id)))
        said = self.read()
        answered = answer_request(
            actor=self.actor,
            asked=asked,
            grants=said["decision"] == "grant",
            level=Level.of(said["level"]) if "level" in said else None,
            expires_at=said.get("expires_at"),
            comment=said.get("comment", ""),
        )
        return self.created(answered)


urlpatterns = [
    path("access/requests/", Requests.as_view()),
    path("access/requests/<uuid:request_id>/", OneRequest.as_view()),
    path("access/requests/<uuid:request_id>/answer/", Answer.as_view()),
]
