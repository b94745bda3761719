"""One's own sidebar, by form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.forms import ArrangementForm, SectionForm
from chat.models import Channel, Shelf
from chat.operations import arrange_channel, change_shelf, close_shelf, open_shelf
from orgs.views.finding import done, find, tried


@require_POST
def channel_arrangement(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Star, move, hide or mute a channel for oneself."""
    channel = find(request, Channel, channel_id)
    form = ArrangementForm(request.POST, shelves=Shelf.objects.visible_to(request.actor))
    if form.is_valid():
        done(request, _("Your sidebar is arranged."), arrange_channel, channel=channel, **form.changes())
    else:
        messages.error(request, _("There is no such one."))
    said = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return redirect(said if is_ours else reverse("channel", args=[channel.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def sections(request: HttpRequest) -> HttpResponse:
    """The sections of one's sidebar, and a new one."""
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = tried(form, open_shelf, actor=request.actor, name=form.cleaned_data["name"])
        if opened is not None:
            return redirect("sections")
    shelves = Shelf.objects.visible_to(request.actor)
    return render(
        request, "chat/sections.html", {"form": form, "shelves": shelves}, status=422 if form.errors else 200
    )


@require_POST
def section(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Rename a section, or move it a place up or down."""
    shelf = find(request, Shelf, section_id)
    changes: dict[str, Any] = {}
    if request.POST.get("move") in ("up", "down"):
        changes = {"place": max(1, shelf.place + (1 if request.POST["move"] == "down" else -1))}
    form = SectionForm(request.POST)
    if not changes and form.is_valid():
        changes = form.cleaned_data
    if changes:
        done(request, _("Your sidebar is arranged."), change_shelf, shelf=shelf, **changes)
    else:
        messages.error(request, _("Give it a name."))
    return redirect("sections")


@require_POST
def section_removal(request: HttpRequest, section_id: UUID) -> HttpResponse:
    shelf = find(request, Shelf, section_id)
    done(request, _("The section is gone; its channels stand where they were."), close_shelf, shelf=shelf)
    return redirect("sections")
