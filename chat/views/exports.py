"""Messages that somebody takes along: asked for, waited for, fetched."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from chat.errors import ExportOutdated, NoExportThere
from chat.forms_keeping import ExportForm
from chat.models import Export
from chat.operations import ask_for_export, take_export
from chat.views.finding import the_channel
from kernel.rules import require
from kernel.serving import packed
from orgs.views.finding import find, tried

EXPORTS = Export.objects.select_related("user", "organization", "channel__workspace__host")
SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports, and the form that asks for all that one has said."""
    require(request.actor, "chat.export_own")
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _asked(request, form):
        return redirect("exports")
    context = {"exports": list(EXPORTS.visible_to(request.actor)[:SHOWN]), "form": form}
    return render(request, "chat/exports.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel_exports(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """The form that asks for a channel; it says who reads whose words leave with it."""
    place = the_channel(request, channel_id)
    require(request.actor, "chat.export", place)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _asked(request, form, channel=place):
        return redirect("exports")
    context = {"channel": place, "form": form}
    return render(request, "chat/channel_export.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, form: ExportForm, **said: Any) -> bool:
    if tried(form, ask_for_export, actor=request.actor, **said, **form.cleaned_data) is None:
        return False
    messages.success(request, _("It is being made. We tell you when it is ready."))
    return True


@never_cache
@require_safe
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Show how far one is; the page asks while it is being made."""
    return render(request, "chat/_export.html", {"one": find(request, EXPORTS, export_id)})


@never_cache
@require_GET
def export_content(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Hand out the file, to its person alone."""
    found = find(request, EXPORTS, export_id)
    try:
        file = found.opened()
        take_export(actor=request.actor, export=found)
    except (NoExportThere, ExportOutdated) as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("exports")
    return packed(file, found.file_name)
