"""The page door to what is to be taken note of."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.tables import sheet
from chat.forms import AskForm
from chat.models import Message
from chat.operations import acknowledge, ask_to_acknowledge, nudge_silent
from chat.queries import acknowledgements_of
from chat.views.sheet import done_with, shown_sheet, the_message
from kernel.rules import require


@require_POST
def message_acknowledgement(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return done_with(request, the_message(request, channel_id, message_id), acknowledge)


@require_POST
def message_ask(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    message = the_message(request, channel_id, message_id)
    require(request.actor, "chat.ask", message)
    form = AskForm(request.POST, message=message)
    if not form.is_valid():
        return shown_sheet(request, message, ask_form=form, status=422)
    return done_with(request, message, ask_to_acknowledge, **form.said())


@require_POST
def message_nudge(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return done_with(request, the_message(request, channel_id, message_id), nudge_silent)


@require_GET
def message_acknowledgements(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    """Who is asked and who has taken note, as a table."""
    message = the_message(request, channel_id, message_id)
    response = HttpResponse(sheet(_rows(request, message)), content_type="text/csv; charset=utf-8")
    name = f"acknowledgements-{timezone.localdate()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(request: HttpRequest, message: Message) -> Iterator[list[Any]]:
    yield [_("Person"), _("Organization"), _("Acknowledged (UTC)")]
    rows = acknowledgements_of(request.actor, message).order_by("organization__name", "user__name")
    for one in rows:
        given = one.given_at.isoformat(timespec="seconds") if one.given_at else ""
        yield [one.user.name, one.organization.name if one.organization else "", given]
