"""Files of a request's form, given out to whoever reads the field that holds them."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.urls import path
from django.views.decorators.http import require_GET

from approvals.operations.files import take_file
from approvals.projection import View
from approvals.queries import file_of
from approvals.views import found
from kernel.serving import given_out


@require_GET
def file(request: HttpRequest, instance_id: UUID, file_id: UUID) -> FileResponse:
    instance = found(request, instance_id)
    held = file_of(View(instance, request.actor), file_id)
    take_file(actor=request.actor, instance=instance, file=held)
    return given_out(held)


urlpatterns = [
    path("approvals/<uuid:instance_id>/files/<uuid:file_id>/", file, name="approval_file"),
]
