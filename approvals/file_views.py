"""Files of a request's form, given out to whoever reads the field that holds them."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.urls import path
from django.views.decorators.http import require_GET

from approvals.operations.files import take_file
from approvals.projection import View
from approvals.queries import drawing_of, file_of
from approvals.views import found
from kernel.serving import given_out, shown_in_place


@require_GET
def file(request: HttpRequest, instance_id: UUID, file_id: UUID) -> FileResponse:
    instance = found(request, instance_id)
    held = file_of(View(instance, request.actor), file_id)
    take_file(actor=request.actor, instance=instance, file=held)
    return given_out(held)


@require_GET
def signature(request: HttpRequest, instance_id: UUID, file_id: UUID) -> FileResponse:
    """Show a drawn signature in place."""
    return shown_in_place(drawing_of(View(found(request, instance_id), request.actor), file_id))


urlpatterns = [
    path("approvals/<uuid:instance_id>/signatures/<uuid:file_id>/", signature, name="approval_signature"),
    path("approvals/<uuid:instance_id>/files/<uuid:file_id>/", file, name="approval_file"),
]
