"""An organization looks through what was said: its cases, what is found, and what is opened of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.forms_keeping import DiscoveryForm, SoughtForm
from chat.models import Discovery
from chat.operations import close_discovery, open_discovery, open_found, search_discovery, take_found
from kernel.api import cursor_of, key_of
from kernel.errors import NotVisible
from kernel.rules import require
from kernel.serving import found_lines
from orgs.views.finding import done, find, the_org, tried

DISCOVERIES = Discovery.objects.select_related("organization", "opened_by", "closed_by")


@require_http_methods(["GET", "HEAD", "POST"])
def discoveries(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "chat.discover")
    form = DiscoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = tried(
            form, open_discovery, actor=request.actor, organization=organization, **form.cleaned_data
        )
        if opened is not None:
            messages.success(request, _("The case is open. What you look for in it is on record."))
            return redirect("discovery", opened.pk)
    cases = list(DISCOVERIES.filter(organization=organization)[:200])
    context = {"organization": organization, "cases": cases, "form": form}
    return render(request, "chat/discoveries.html", context, status=422 if form.errors else 200)


def _the_discovery(request: HttpRequest, discovery_id: UUID) -> Discovery:
    found = find(request, DISCOVERIES, discovery_id)
    the_org(request, found.organization_id, "chat.discover")
    require(request.actor, "chat.discover", found.organization)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discovery(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """A case, and what was looked for in it just now: searching is a POST, since it leaves an entry."""
    case = _the_discovery(request, discovery_id)
    form = SoughtForm(request.POST if request.method == "POST" else None, organization=case.organization)
    context: dict[str, Any] = {"organization": case.organization, "discovery": case, "form": form}
    if request.method == "POST" and form.is_valid():
        older = key_of(request.POST.get("cursor", ""))
        said = {"sought": form.said(), "older_than": older}
        found = tried(form, search_discovery, actor=request.actor, discovery=case, **said)
        if found is not None:
            context |= {
                "hits": found.told(),
                "next": cursor_of(found.following) if found.following else "",
            }
    return render(request, "chat/discovery.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def discovery_found(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """Open one message: alone in its line where the page asks for that, else on a page of its own."""
    case = _the_discovery(request, discovery_id)
    try:
        key = UUID(request.POST.get("message", ""))
    except ValueError:
        raise NotVisible from None
    (hit,) = open_found(actor=request.actor, discovery=case, message_id=key).told()
    part = "chat/_found.html" if request.htmx else "chat/found.html"
    context = {"organization": case.organization, "discovery": case, "hit": hit, "opened": True}
    return render(request, part, context)


@never_cache
@require_POST
def discovery_file(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    """All that fits, as JSON lines."""
    case = _the_discovery(request, discovery_id)
    form = SoughtForm(request.POST, organization=case.organization)
    if form.is_valid():
        taken = tried(form, take_found, actor=request.actor, discovery=case, sought=form.said())
        if taken is not None:
            return found_lines(taken.lines, taken.digest)
    context = {"organization": case.organization, "discovery": case, "form": form}
    return render(request, "chat/discovery.html", context, status=422)


@require_POST
def discovery_closing(request: HttpRequest, discovery_id: UUID) -> HttpResponse:
    case = _the_discovery(request, discovery_id)
    done(request, _("The case is closed."), close_discovery, discovery=case)
    return redirect("discovery", discovery_id)
