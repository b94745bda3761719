"""Files of forms, for programs."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import FileResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.models import Definition, Instance
from approvals.operations.files import bring_file, take_file
from approvals.operations.signatures import bring_signature
from approvals.projection import View
from approvals.queries import file_of
from kernel.api import ApiView
from kernel.inputs import SmallFile
from kernel.limits import limited
from kernel.serving import given_out

FORM = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


class FormFileInput(SmallFile):
    pass


class FormFileOutput(serializers.Serializer):
    """What a form holds of a file."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    content_type = serializers.CharField()
    sha256 = serializers.CharField(source="digest")


class Bringing(ApiView):
    takes = {"POST": FormFileInput}
    gives = FormFileOutput
    takes_file = True

    def upload(self) -> UploadedFile:
        if self.brings_form:
            return self.brought()
        said = self.read()
        return SimpleUploadedFile(said["name"], said["content"])

    def keep(
        self, upload: UploadedFile, definition: Definition, instance: Instance | None = None
    ) -> Response:
        """Keep it as it is, or with ``?as=signature`` drawn anew."""
        limited("uploads", self.actor.user_id)
        bring = bring_signature if self.request.query_params.get("as") == "signature" else bring_file
        return self.created(bring(actor=self.actor, definition=definition, instance=instance, upload=upload))


BROUGHT = extend_schema(
    parameters=[OpenApiParameter("as", enum=["signature"], description="a drawing to sign with")],
    request={"multipart/form-data": FORM, "application/json": FormFileInput},
)


class DefinitionFiles(Bringing):
    """Bring a file for a new request, as ``file`` of a form, or a small one in JSON; its form names it within a day, else it goes."""

    @BROUGHT
    def post(self, request: Request, definition_id: UUID) -> Response:
        definition = self.find(Definition.objects.select_related("organization"), definition_id)
        self.allow("approvals.start", definition)
        return self.keep(self.upload(), definition)


class InstanceFiles(Bringing):
    """Bring a file for a request whose form one may write now."""

    @BROUGHT
    def post(self, request: Request, instance_id: UUID) -> Response:
        instance = self.find(Instance.objects.told(), instance_id)
        self.allow("approvals.write", instance)
        return self.keep(self.upload(), instance.definition, instance)


class FileContent(ApiView):
    """The file itself, for whoever reads the field that holds it."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, instance_id: UUID, file_id: UUID) -> FileResponse:
        instance = self.find(Instance.objects.told(), instance_id)
        held = file_of(View(instance, self.actor), file_id)
        self.refuse_unknown()
        take_file(actor=self.actor, instance=instance, file=held)
        return given_out(held)


api_urlpatterns = [
    path(
        "approvals/definitions/<uuid:definition_id>/files/",
        DefinitionFiles.as_view(),
        name="api_definition_files",
    ),
    path("approvals/instances/<uuid:instance_id>/files/", InstanceFiles.as_view(), name="api_instance_files"),
    path("approvals/instances/<uuid:instance_id>/files/<uuid:file_id>/content", FileContent.as_view()),
]
