"""Messages to take along, for programs."""

from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Channel, Export
from chat.operations import ask_for_export, take_export
from kernel.api import ApiView
from kernel.inputs import Input, StrictBoolean
from kernel.serving import packed
from orgs.api.references import Reference

EXPORTS = Export.objects.select_related("user", "organization", "channel__workspace__host")


class ExportInput(Input):
    files = StrictBoolean(required=False, help_text="with what was sent along; true where nothing is said")
    since = serializers.DateField(required=False, allow_null=True, help_text="its first day, UTC")
    until = serializers.DateField(required=False, allow_null=True, help_text="its last day, UTC")


class ExportOutput(serializers.Serializer):
    id = serializers.UUIDField()
    channel = Reference(allow_null=True, help_text="null: all that the asker has said")
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(Export.State.choices)
    asked_at = serializers.DateTimeField(source="created_at")
    total = serializers.IntegerField(help_text="how many messages it will hold")
    done = serializers.IntegerField(help_text="how many of them are in it by now")
    files = serializers.IntegerField()
    withheld = serializers.IntegerField(
        help_text="messages of organizations that let nothing be taken out; they are not in it"
    )
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField(source="digest", help_text="of the file; empty until it is made")
    good_until = serializers.DateTimeField(allow_null=True, help_text="then the file goes")


class ExportMaking(ApiView):
    gives = ExportOutput

    def _ask(self, channel: Channel | None = None) -> Response:
        said = self.read()
        said["with_files"] = said.pop("files", True)
        return self.created(ask_for_export(actor=self.actor, channel=channel, **said))


class Exports(ExportMaking):
    takes = {"POST": ExportInput}
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(EXPORTS.visible_to(self.actor), newest_first=True)

    def post(self, request: Request) -> Response:
        """Have all that you have said put into one file, where you still read it."""
        self.allow("chat.export_own")
        return self._ask()


class ChannelExports(ExportMaking):
    takes = {"POST": ExportInput}

    def post(self, request: Request, channel_id: UUID) -> Response:
        """Have a channel put into one file: what you read of it, as far as those whose words they are let it out."""
        channel = self.find(Channel.objects.select_related("workspace__host", "internal_to"), channel_id)
        self.allow("chat.export", channel)
        return self._ask(channel)


class OneExport(ApiView):
    gives = ExportOutput

    def get(self, request: Request, export_id: UUID) -> Response:
        return self.shown(self.find(EXPORTS, export_id))


class ExportContent(ApiView):
    @extend_schema(responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """Take the file: a ZIP of ``messages.jsonl``, ``messages.csv``, ``about.json`` and what was sent along."""
        export = self.find(EXPORTS, export_id)
        self.allow("chat.take_export", export)
        file = export.opened()
        take_export(actor=self.actor, export=export)
        return packed(file, export.file_name)
