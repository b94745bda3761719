"""Streams: where records flow, how far each has come, and what keeps one."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.addresses import look_up
from kernel.inputs import Input, StrictBoolean, StrictString
from kernel.limits import limited
from kernel.outgoing import LONGEST_URL
from kernel.recent import require_recent
from webhooks.api.outlets import OF_ONE, OutletOutput, OutletView
from webhooks.models import Stream
from webhooks.operations import (
    ask_for_test,
    change_stream,
    create_stream,
    delete_stream,
    pause_stream,
    resume_stream,
    rotate_stream_secret,
)

STREAMS = Stream.objects.select_related("organization").with_end()


class StreamInput(Input):
    org = serializers.UUIDField(required=False, help_text="needed only when there is a choice")
    name = StrictString(max_length=80)
    kind = serializers.ChoiceField(Stream.Kind.values)
    address = StrictString(
        max_length=LONGEST_URL, help_text="for syslog a host and a port, logs.example.com:6514; else https://"
    )
    whole = StrictBoolean(required=False, help_text="begin with the first entry, not with the next one")


class StreamChange(Input):
    name = StrictString(max_length=80, required=False)
    address = StrictString(max_length=LONGEST_URL, required=False)


class StreamOutput(OutletOutput):
    kind = serializers.CharField()
    address = serializers.CharField()
    last_seq = serializers.IntegerField(help_text="the last entry that has arrived")
    end = serializers.SerializerMethodField(help_text="the last entry there is")
    lag = serializers.IntegerField(help_text="how many have not arrived")
    arrived_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="of the last try, while it fails: why nothing arrived")
    due_at = serializers.SerializerMethodField(help_text="of the next try, while it fails")
    tested_at = serializers.DateTimeField(
        allow_null=True, help_text="null: no test is known of, or one is on its way"
    )
    test_error = serializers.CharField(help_text="why the test did not arrive")

    def get_end(self, stream: Stream) -> int:
        return stream.end or 0

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_due_at(self, stream: Stream) -> Any:
        return stream.due_at if stream.is_active and stream.failing_since else None


class StreamView(OutletView):
    rows = STREAMS
    gives = StreamOutput

    def now(self, stream_id: UUID) -> Response:
        return self.shown(self.find(STREAMS, stream_id))

    def with_secret(self, stream: Stream) -> Response:
        shown = self.find(STREAMS, stream.pk)
        shown.secret = stream.secret
        return self.created(shown)


class Streams(StreamView):
    """Those of organizations one steers; POST answers with the secret, this once."""

    takes = {"POST": StreamInput}
    lists = True

    @extend_schema(parameters=[OF_ONE])
    def get(self, request: Request) -> Response:
        return self.listed(self.theirs())

    def post(self, request: Request) -> Response:
        said = self.read()
        organization = self.opening_for(said.pop("org", None))
        look_up(Stream(kind=said["kind"], address=said["address"].strip()).url, field="address")
        return self.with_secret(create_stream(actor=self.actor, organization=organization, **said))


class OneStream(StreamView):
    takes = {"PATCH": StreamChange}

    def get(self, request: Request, stream_id: UUID) -> Response:
        return self.now(stream_id)

    def patch(self, request: Request, stream_id: UUID) -> Response:
        """Another address is tested and tried at once."""
        stream = self.managed(stream_id)
        require_recent(self.actor)
        said = self.read(partial=True)
        if "address" in said:
            look_up(Stream(kind=stream.kind, address=said["address"].strip()).url, field="address")
        change_stream(actor=self.actor, stream=stream, **said)
        return self.now(stream_id)

    def delete(self, request: Request, stream_id: UUID) -> Response:
        stream = self.managed(stream_id)
        self.read()
        delete_stream(actor=self.actor, stream=stream)
        return self.gone()


class StreamPause(StreamView):
    def put(self, request: Request, stream_id: UUID) -> Response:
        stream = self.managed(stream_id)
        self.read()
        pause_stream(actor=self.actor, stream=stream)
        return self.now(stream_id)

    def delete(self, request: Request, stream_id: UUID) -> Response:
        """Let it go on where it stopped, also where the platform turned it off."""
        stream = self.managed(stream_id)
        self.read()
        resume_stream(actor=self.actor, stream=stream)
        return self.gone()


class StreamSecret(StreamView):
    """Another secret; for 24 hours the old one signs as well. Syslog has none."""

    def post(self, request: Request, stream_id: UUID) -> Response:
        stream = self.managed(stream_id)
        require_recent(self.actor)
        self.read()
        return self.with_secret(rotate_stream_secret(actor=self.actor, stream=stream))


class StreamTest(StreamView):
    """Sends a line that is no entry; ``tested_at`` and ``test_error`` tell what became of it."""

    def post(self, request: Request, stream_id: UUID) -> Response:
        stream = self.managed(stream_id)
        self.read()
        limited("webhooks", stream.organization_id)
        ask_for_test(actor=self.actor, stream=stream)
        return self.created(self.find(STREAMS, stream_id))


stream_urlpatterns = [
    path("streams/", Streams.as_view()),
    path("streams/<uuid:stream_id>/", OneStream.as_view()),
    path("streams/<uuid:stream_id>/pause/", StreamPause.as_view()),
    path("streams/<uuid:stream_id>/secret/", StreamSecret.as_view()),
    path("streams/<uuid:stream_id>/test/", StreamTest.as_view()),
]
