"""Files of a request's form, given out to whoever reads the field that holds them."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.urls import path
from django.views.decorators.http import require_GET

from approvals.projection import View
from approvals.queries import file_of
from approvals.views import found
from kernel.serving import given_out


@require_GET
def file(request: HttpRequest, instance_id: UUID, file_id: UUID) -> FileResponse:
    return given_out(file_of(View(found(request, instance_id), request.actor), file_id))


urlpatterns = [
    path("approvals/<uuid:instance_id>/files/<uuid:file_id>/", file, name="approval_file"),
]
