"""The JSON door to a copy of one's own data."""

from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Copy
from accounts.operations import ask_for_copy, record_copy_taken
from kernel.api import ApiView
from kernel.recent import require_recent


class CopyOutput(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(Copy.State.choices)
    asked_at = serializers.DateTimeField(source="created_at")
    parts = serializers.IntegerField(
        help_text="What it will hold: one part for each thing that is kept of you."
    )
    done = serializers.IntegerField(help_text="How many of them are in it by now.")
    ready_at = serializers.DateTimeField(allow_null=True)
    good_until = serializers.DateTimeField(allow_null=True, help_text="Then the file goes.")


class Copies(ApiView):
    gives = CopyOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Copy.objects.visible_to(self.actor), newest_first=True)

    def post(self, request: Request) -> Response:
        """Have a copy made; the one before it goes."""
        self.allow("accounts.take_copy", request.user)
        require_recent(self.actor)
        self.read()
        return self.created(ask_for_copy(actor=self.actor, person=request.user))


class OneCopy(ApiView):
    gives = CopyOutput

    def get(self, request: Request, copy_id: UUID) -> Response:
        return self.shown(self.find(Copy, copy_id))


class CopyContent(ApiView):
    @extend_schema(responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, copy_id: UUID) -> HttpResponseBase:
        """Take the file: a ZIP of JSON files and pictures."""
        copy = self.find(Copy, copy_id)
        self.allow("accounts.take_copy", copy.user)
        require_recent(self.actor)
        file = copy.opened()
        record_copy_taken(actor=self.actor, person=copy.user)
        answer = FileResponse(
            file, as_attachment=True, filename=copy.file_name, content_type="application/zip"
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


urlpatterns = [
    path("me/copies/", Copies.as_view()),
    path("me/copies/<uuid:copy_id>/", OneCopy.as_view()),
    path("me/copies/<uuid:copy_id>/content", CopyContent.as_view()),
]
