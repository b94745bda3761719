"""The page on which a request begins: which form, with whom."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.gallery import Gallery, room_of
from approvals.operations import adopt_pattern
from approvals.schema.shelf import CATEGORIES
from kernel.errors import NotNow
from kernel.rules import require
from ui.cards import LONGEST


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """What can be started for the organization of the hat, narrowed to the partners of a room."""
    said = request.GET
    room = room_of(request.actor, said.get("workspace", ""))
    category = said.get("category", "")
    begun = {"workspace": str(room.pk) if room else "", "about": said.get("about", "")[:LONGEST]}
    kept = {name: value for name, value in begun.items() if value}
    found = Gallery(
        request.actor,
        q=said.get("q", "").strip()[:100],
        category=category if category in CATEGORIES else "",
        room=room,
    )
    context = {"gallery": found, "kept": kept, "query": f"?{urlencode(kept)}" if kept else ""}
    return render(request, "approvals/gallery.html", context)


@require_POST
def patterns(request: HttpRequest) -> HttpResponse:
    """Take one of the ready-made forms for one's own organization."""
    require(request.actor, "approvals.manage_definitions", request.actor.org)
    key = request.POST.get("key", "")[:80]
    try:
        version = adopt_pattern(actor=request.actor, organization=request.actor.org, key=key)
    except NotNow as refused:
        messages.error(request, str(refused.sentence))
    else:
        words = _("%(form)s is now a form of %(org)s. Everybody there can begin with it.")
        said = {"form": version.definition.name, "org": request.actor.org.name}
        messages.success(request, words % said)
    return redirect("approval_new")


urlpatterns = [
    path("approvals/new/", gallery, name="approval_new"),
    path("approvals/patterns/", patterns, name="approval_patterns"),
]
