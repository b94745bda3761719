"""Notices and what one wants of them, for programs."""

from datetime import time
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited
from kernel.outgoing import LONGEST_URL
from notifications.errors import NoBrowser
from notifications.models import REMIND_HOURS, Device, Notice, Rest, Telling
from notifications.operations import (
    ask_for_device_test,
    choose,
    choose_rest,
    mark_all_read,
    mark_read,
    register_device,
    remove_device,
)
from notifications.operations.preferences import WAYS, choices_of, rest_of
from notifications.queries import Told, told
from notifications.rest import Hours
from notifications.vapid import public_key


class Named(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class NoticeOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    event = serializers.CharField(source="event_name")
    sentence = serializers.CharField()
    url = serializers.CharField()
    actor = serializers.SerializerMethodField()
    org = serializers.SerializerMethodField()
    workspace = serializers.UUIDField(source="workspace_id", allow_null=True)
    created_at = serializers.DateTimeField(source="at")
    read_at = serializers.DateTimeField(allow_null=True)
    fold = serializers.CharField(
        help_text="what it tells of again and again, as thread:<id>; what is new of it comes into this one until"
        " it is read. Empty where each stands for itself"
    )
    count = serializers.IntegerField(
        help_text="how many it tells of; url leads to the first, the rest is of the newest"
    )

    @extend_schema_field(Named(allow_null=True))
    def get_actor(self, notice: Notice) -> dict[str, Any] | None:
        return {"id": notice.actor_id, "name": notice.actor_name} if notice.actor_id else None

    @extend_schema_field(Named(allow_null=True))
    def get_org(self, notice: Notice) -> dict[str, Any] | None:
        return {"id": notice.org_id, "name": notice.org_name} if notice.org_id else None


class Notifications(ApiView):
    gives = NoticeOutput
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("unread", OpenApiTypes.BOOL),
            OpenApiParameter("kind"),
            OpenApiParameter("org", OpenApiTypes.UUID),
        ]
    )
    def get(self, request: Request) -> Response:
        said = request.query_params
        notices = Notice.objects.visible_to(self.actor).uncovered()
        if said.get("unread", "false") not in ("true", "false"):
            raise InvalidInput.at("unread", "invalid", _("true or false."))
        if said.get("unread") == "true":
            notices = notices.unread()
        if said.get("kind"):
            notices = notices.filter(kind=said["kind"])
        if said.get("org"):
            notices = notices.filter(org_id=self._org(said["org"]))
        return self.listed(notices, newest_first=True)

    def _org(self, said: str) -> UUID:
        try:
            return UUID(said)
        except ValueError:
            raise InvalidInput.at("org", "invalid", _("This cannot be read.")) from None


class Reading(ApiView):
    gives = NoticeOutput

    def put(self, request: Request, notice_id: UUID) -> Response:
        notice = self.find(Notice, notice_id)
        self.read()
        return self.shown(mark_read(actor=self.actor, notice=notice))


class ReadOutput(serializers.Serializer):
    read = serializers.IntegerField(help_text="how many were unread until now")


class Readings(ApiView):
    gives = ReadOutput

    @extend_schema(operation_id="notifications_read_all")
    def put(self, request: Request) -> Response:
        self.read()
        return self.shown({"read": mark_all_read(actor=self.actor)})


class TellingsOutput(serializers.ListSerializer):
    """Asks once for the whole page what its reader may still know of."""

    def to_representation(self, data: Any) -> Any:
        return super().to_representation(told(data))


class TellingOutput(serializers.Serializer):
    """``sentence`` and ``url`` are null where the person may no longer know of what it was about."""

    id = serializers.UUIDField(source="telling.id")
    way = serializers.ChoiceField(Telling.Way, source="telling.way")
    outcome = serializers.ChoiceField(Telling.Outcome, source="telling.outcome")
    why = serializers.CharField(
        source="telling.why", help_text="a code: what held it back or ended it; else empty"
    )
    reason = serializers.CharField(source="telling.reason", help_text="the same in words")
    kind = serializers.CharField(source="kind.key")
    notification = serializers.UUIDField(source="telling.notice_id")
    sentence = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="telling.created_at")
    until = serializers.DateTimeField(
        source="telling.until", allow_null=True, help_text="when what waits leaves"
    )
    ended_at = serializers.DateTimeField(source="telling.ended_at", allow_null=True)

    def get_sentence(self, line: Told) -> str | None:
        return line.notice.sentence() if line.notice else None

    def get_url(self, line: Told) -> str | None:
        return line.notice.url if line.notice else None

    class Meta:
        list_serializer_class = TellingsOutput


class Log(ApiView):
    """What one was told in the last thirty days, by which way, and what came of it; the newest first."""

    gives = TellingOutput
    lists = True

    @extend_schema(
        operation_id="me_notifications_log_list",
        parameters=[
            OpenApiParameter("way", enum=Telling.Way.values),
            OpenApiParameter("outcome", enum=Telling.Outcome.values),
        ],
    )
    def get(self, request: Request) -> Response:
        rows = Telling.objects.visible_to(self.actor).select_related("notice__recipient")
        for name, known in (("way", Telling.Way), ("outcome", Telling.Outcome)):
            said = request.query_params.get(name)
            if said and said not in known.values:
                raise InvalidInput.at(name, "unknown", _("There is no such one."))
            rows = rows.filter(**{name: said}) if said else rows
        return self.listed(rows, newest_first=True)


@extend_schema_field(OpenApiTypes.OBJECT)
class KindsField(serializers.Field):
    """``{kind: {in_app?: bool, mail?: bool, push?: bool}}``"""

    default_error_messages = {"invalid": _("Say for each kind: in_app, mail, push, true or false.")}

    def to_internal_value(self, data: Any) -> dict[str, dict[str, bool]]:
        if not isinstance(data, dict) or not all(_is_choice(one) for one in data.values()):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _is_choice(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and set(said) <= set(WAYS)
        and all(isinstance(one, bool) for one in said.values())
    )


HOUR = "as 22:30, in the person's own zone"


class QuietInput(Input):
    begin = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"], help_text=HOUR)
    until = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"], help_text=HOUR)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language, so it gets its name here."""
        known = super().get_fields()
        return {"from": known.pop("begin"), **known}


LONGEST_HOURS = 720
REMINDED = "after how many hours they are reminded of what waits for them; 0 for never"


class SettingsInput(Input):
    kinds = KindsField(required=False)
    quiet = QuietInput(required=False, allow_null=True)
    daily = StrictBoolean(required=False, help_text="one letter a day with all of it")
    remind_hours = serializers.IntegerField(
        required=False, min_value=0, max_value=LONGEST_HOURS, help_text=REMINDED
    )


class QuietOutput(QuietInput):
    pass


class SettingsOutput(serializers.Serializer):
    kinds = serializers.DictField(child=serializers.DictField(child=serializers.BooleanField()))
    quiet = QuietOutput(
        allow_null=True, help_text="hours in which no mail and no push comes, but what is urgent"
    )
    daily = serializers.BooleanField()
    remind_hours = serializers.IntegerField(help_text=REMINDED)


class NotificationSettings(ApiView):
    takes = {"PATCH": SettingsInput}
    gives = SettingsOutput

    def get(self, request: Request) -> Response:
        return self._told(choices_of(self.actor), rest_of(self.actor))

    def patch(self, request: Request) -> Response:
        said, rest = self.read(), rest_of(self.actor)
        kinds = choose(actor=self.actor, choices=said["kinds"]) if "kinds" in said else choices_of(self.actor)
        if said.keys() & {"quiet", "daily", "remind_hours"}:
            quiet = _hours(said["quiet"]) if "quiet" in said else rest.quiet
            said_of_mail = {"daily": said.get("daily", rest.daily), "remind_hours": said.get("remind_hours")}
            rest = choose_rest(actor=self.actor, quiet=quiet, **said_of_mail)
        return self._told(kinds, rest)

    def _told(self, kinds: dict[str, Any], rest: Rest) -> Response:
        quiet = {"from": rest.quiet.begin, "until": rest.quiet.end} if rest.quiet else None
        hours = REMIND_HOURS if rest.remind_hours is None else rest.remind_hours
        return self.shown({"kinds": kinds, "quiet": quiet, "daily": rest.daily, "remind_hours": hours})


def _hours(said: dict[str, time] | None) -> Hours | None:
    return Hours(said["from"], said["until"]) if said else None


class KeysInput(Input):
    p256dh = StrictString(max_length=100)
    auth = StrictString(max_length=32)


class DeviceInput(Input):
    """As ``PushSubscription.toJSON()`` gives it."""

    endpoint = StrictString(max_length=LONGEST_URL)
    keys = KeysInput()


class DeviceOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    current = serializers.SerializerMethodField(help_text="It is the one that asks.")
    tested_at = serializers.DateTimeField(
        allow_null=True, help_text="null: no test is known of, or one is on its way"
    )
    test_error = serializers.CharField(
        help_text="why the test did not arrive; empty where its push service took it"
    )

    def get_current(self, device: Device) -> bool:
        return device.session_id == self.context.get("here")


class Devices(ApiView):
    """Browsers that show notices while no page is open. A browser registers itself, for its own session."""

    takes = {"POST": DeviceInput}
    gives = DeviceOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(
            Device.objects.visible_to(self.actor).select_related("session__user"), here=_session_of(request)
        )

    def post(self, request: Request) -> Response:
        said, here = self.read(), _session_of(request)
        if here is None:
            raise NoBrowser
        device = register_device(actor=self.actor, session_id=here, endpoint=said["endpoint"], **said["keys"])
        return self.shown(device, status=201, here=here)


class OneDevice(ApiView):
    gives = DeviceOutput

    def delete(self, request: Request, device_id: UUID) -> Response:
        device = self.find(Device, device_id)
        self.read()
        remove_device(actor=self.actor, device=device)
        return self.gone()


class DeviceTest(ApiView):
    """Sends a word to one browser; ``tested_at`` and ``test_error`` tell what became of it."""

    gives = DeviceOutput

    def post(self, request: Request, device_id: UUID) -> Response:
        device = self.find(Device.objects.select_related("session__user"), device_id)
        self.read()
        limited("push tests", self.actor.user_id)
        ask_for_device_test(actor=self.actor, device=device)
        shown = self.find(Device.objects.select_related("session__user"), device_id)
        return self.shown(shown, status=201, here=_session_of(request))


class KeyOutput(serializers.Serializer):
    key = serializers.CharField(help_text="what a browser registers under, in base64url")


class PushKey(ApiView):
    gives = KeyOutput

    def get(self, request: Request) -> Response:
        return self.shown({"key": public_key()})


def _session_of(request: Request) -> UUID | None:
    """Return the browser that asks; None for a program."""
    return request._request.session.row.pk if request.auth is None else None  # type: ignore[attr-defined]


api_urlpatterns = [
    path("notifications/", Notifications.as_view()),
    path("notifications/read/", Readings.as_view()),
    path("notifications/<uuid:notice_id>/read/", Reading.as_view()),
    path("me/notifications/log/", Log.as_view()),
    path("notification-settings/", NotificationSettings.as_view()),
    path("push-devices/", Devices.as_view()),
    path("push-devices/key/", PushKey.as_view()),
    path("push-devices/<uuid:device_id>/", OneDevice.as_view()),
    path("push-devices/<uuid:device_id>/test/", DeviceTest.as_view()),
]
