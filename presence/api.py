"""Who is here, and what one says of oneself, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictString
from notifications.models import FOREVER, Rest
from presence.models import LONGEST, Status
from presence.operations import ask_for_quiet, be_back, clear_status, set_status
from presence.queries import rest_of, status_of, told_of
from realtime.presence import MOST_WATCHED, State, states_of

STANDS = "when it ends by itself; null for when the person ends it"


class StatusInput(Input):
    emoji = StrictString(max_length=16, required=False, allow_blank=True)
    words = StrictString(max_length=LONGEST, required=False, allow_blank=True)
    until = Moment(required=False, allow_null=True, help_text=STANDS)


class StatusOutput(serializers.Serializer):
    """Empty where nothing is said."""

    emoji = serializers.CharField(allow_blank=True)
    words = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField(allow_null=True, help_text=STANDS)


class OwnStatus(ApiView):
    """What one says of oneself beside one's name."""

    takes = {"PUT": StatusInput}
    gives = StatusOutput

    def get(self, request: Request) -> Response:
        return self.shown(status_of(self.actor) or Status())

    def put(self, request: Request) -> Response:
        return self.shown(set_status(actor=self.actor, **self.read()))

    def delete(self, request: Request) -> Response:
        self.read()
        clear_status(actor=self.actor)
        return self.gone()


class QuietInput(Input):
    until = Moment(required=False, allow_null=True, help_text=STANDS)


class QuietOutput(serializers.Serializer):
    on = serializers.BooleanField(help_text="quiet hours aside, which stand in notification-settings/")
    until = serializers.DateTimeField(allow_null=True, help_text=STANDS)


class DoNotDisturb(ApiView):
    """No push and no letter, except of what is urgent. Who writes to one sees it."""

    takes = {"PUT": QuietInput}
    gives = QuietOutput

    def get(self, request: Request) -> Response:
        return self._told(rest_of(self.actor))

    def put(self, request: Request) -> Response:
        return self._told(ask_for_quiet(actor=self.actor, until=self.read().get("until")))

    def delete(self, request: Request) -> Response:
        self.read()
        be_back(actor=self.actor)
        return self.gone()

    def _told(self, rest: Rest) -> Response:
        until = rest.silent_until
        is_on = until is not None and until > timezone.now()
        return self.shown({"on": is_on, "until": until if is_on and until != FOREVER else None})


class QuietNow(serializers.Serializer):
    until = serializers.DateTimeField(allow_null=True, help_text=STANDS)


class PresenceOutput(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField([one.value for one in State])
    status = serializers.SerializerMethodField()
    do_not_disturb = serializers.SerializerMethodField(help_text="null: may be disturbed")
    time_zone = serializers.CharField()

    @extend_schema_field(StatusOutput(allow_null=True))
    def get_status(self, one: dict[str, Any]) -> Any:
        return one["status"]

    @extend_schema_field(QuietNow(allow_null=True))
    def get_do_not_disturb(self, one: dict[str, Any]) -> Any:
        return one["do_not_disturb"]


class PresenceList(serializers.Serializer):
    results = PresenceOutput(many=True)


class Presence(ApiView):
    """Who of these people is here. Those whose presence one may not see are left out. Live, a socket's ``watch``."""

    gives = PresenceList

    @extend_schema(
        operation_id="presence_list",
        parameters=[OpenApiParameter("people", required=True, description="ids, with commas between them")],
    )
    def get(self, request: Request) -> Response:
        told = told_of(self.actor, self._people(request.query_params.get("people", "")))
        states = states_of(told)
        shown = [{"id": one, "state": states[one], **words} for one, words in told.items()]
        return self.shown({"results": sorted(shown, key=lambda one: one["id"])})

    def _people(self, said: str) -> set[UUID]:
        try:
            people = {UUID(one) for one in said.split(",") if one}
        except ValueError:
            raise InvalidInput.at("people", "invalid", _("This cannot be read.")) from None
        if len(people) > MOST_WATCHED:
            raise InvalidInput.at("people", "too_many", _("Ask for at most 200 people at once."))
        return people


api_urlpatterns = [
    path("me/status/", OwnStatus.as_view(), name="api_own_status"),
    path("me/do-not-disturb/", DoNotDisturb.as_view(), name="api_do_not_disturb"),
    path("presence/", Presence.as_view()),
]
