"""Files of a channel, as browsers ask for them."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from chat.models import Attachment
from chat.operations import take_attachment
from kernel.serving import drawn, given_out, played
from orgs.views.finding import find


@require_GET
def attachment(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    """Give a file out, and note who took it."""
    found = find(request, Attachment.objects.select_related("channel__workspace"), attachment_id)
    take_attachment(actor=request.actor, attachment=found)
    return given_out(found)


@require_GET
def attachment_preview(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    return drawn(find(request, Attachment, attachment_id))


@require_GET
def attachment_sound(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    return played(request, find(request, Attachment, attachment_id))
