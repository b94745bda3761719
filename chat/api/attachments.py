"""Files in channels, for programs."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Attachment, Channel
from chat.operations import drop_attachment, take_attachment, upload_attachment
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import SmallFile
from kernel.limits import limited
from kernel.serving import given_out

LONGEST_SPOKEN = 3600  # seconds


class AttachmentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    content_type = serializers.CharField()
    width = serializers.IntegerField(allow_null=True, help_text="pixels, of its preview")
    height = serializers.IntegerField(allow_null=True)
    seconds = serializers.IntegerField(allow_null=True, help_text="of what was spoken")


class OneAttachmentOutput(AttachmentOutput):
    channel = serializers.UUIDField(source="channel_id")
    message = serializers.UUIDField(source="message_id", allow_null=True)
    sha256 = serializers.CharField(source="digest")


class AttachmentInput(SmallFile):
    pass


FORM = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


class Attachments(ApiView):
    """Bring a file, as ``file`` of a form, or a small one in JSON; a message names it in ``attachments`` within a day,
    else it goes."""

    takes = {"POST": AttachmentInput}
    gives = OneAttachmentOutput
    takes_file = True

    @extend_schema(
        request={"multipart/form-data": FORM, "application/json": AttachmentInput},
        parameters=[
            OpenApiParameter("seconds", OpenApiTypes.INT, description="how long it is, of what was spoken")
        ],
    )
    def post(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel.objects.select_related("workspace"), channel_id)
        self.allow("chat.answer", channel)
        upload, seconds = self._upload(), self._seconds()
        limited("uploads", self.actor.user_id)
        return self.created(
            upload_attachment(actor=self.actor, channel=channel, upload=upload, seconds=seconds)
        )

    def _upload(self) -> UploadedFile:
        if self.brings_form:
            return self.brought()
        said = self.read()
        return SimpleUploadedFile(said["name"], said["content"])

    def _seconds(self) -> int | None:
        said = self.request.query_params.get("seconds")
        if said is None:
            return None
        if not (said.isascii() and said.isdigit() and int(said[:6]) <= LONGEST_SPOKEN):
            raise InvalidInput.at("seconds", "out_of_range", _("A number from 0 to 3600."))
        return int(said)


class OneAttachment(ApiView):
    gives = OneAttachmentOutput

    def get(self, request: Request, attachment_id: UUID) -> Response:
        return self.shown(self.find(Attachment, attachment_id))

    def delete(self, request: Request, attachment_id: UUID) -> Response:
        attachment = self.find(Attachment, attachment_id)
        self.read()
        drop_attachment(actor=self.actor, attachment=attachment)
        return self.gone()


class Content(ApiView):
    """The file itself; that it was taken is on record."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, attachment_id: UUID) -> FileResponse:
        attachment = self.find(Attachment.objects.select_related("channel__workspace"), attachment_id)
        self.refuse_unknown()
        take_attachment(actor=self.actor, attachment=attachment)
        return given_out(attachment)
