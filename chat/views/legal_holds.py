"""What an organization must not lose: its legal holds, and what they kept of deleted messages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.errors import HoldReleased
from chat.forms_keeping import LegalHoldForm
from chat.models import HeldCopy, LegalHold
from chat.operations import place_hold, read_held, release_hold
from kernel.rules import may, require
from orgs.views.finding import done, find, the_org, tried

HOLDS = LegalHold.objects.select_related("organization", "partner", "agreement", "placed_by", "released_by")


@require_http_methods(["GET", "HEAD", "POST"])
def legal_holds(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "chat.hold")
    form = LegalHoldForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        placed = tried(form, place_hold, actor=request.actor, organization=organization, **said)
        if placed is not None:
            told = (
                _("The hold stands. The partner is told.")
                if placed.partner_id
                else _("The hold stands. Nobody who is held is told.")
            )
            messages.success(request, told)
            return redirect("legal_holds", org_id)
    context: dict[str, Any] = {
        "organization": organization,
        "holds": list(HOLDS.filter(Q(organization=organization) | Q(partner=organization))[:200]),
        "form": form,
    }
    return render(request, "chat/legal_holds.html", context, status=422 if form.errors else 200)


def _the_hold(request: HttpRequest, hold_id: UUID) -> LegalHold:
    hold = find(request, HOLDS, hold_id)
    the_org(request, hold.organization_id, "chat.hold")
    require(request.actor, "chat.hold", hold.organization)
    return hold


def _on_us(request: HttpRequest, hold: LegalHold) -> HttpResponse:
    """Show a partner's hold to those whose people it holds: what it covers, not why."""
    organization = the_org(request, hold.partner_id, "chat.hold")  # type: ignore[arg-type]
    return render(request, "chat/legal_hold_on_us.html", {"organization": organization, "hold": hold})


@require_http_methods(["GET", "HEAD", "POST"])
def legal_hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Say what is held; what was kept is shown to who asks for it, which is on record."""
    seen = find(request, HOLDS, hold_id)
    if seen.partner_id and not may(request.actor, "chat.hold", seen.organization):
        return _on_us(request, seen)
    hold = _the_hold(request, hold_id)
    form = LegalHoldForm(organization=hold.organization)
    names = {key: name for field in ("people", "channels") for key, name in form.fields[field].choices}  # type: ignore[attr-defined]
    context = {
        "organization": hold.organization,
        "hold": hold,
        "people": [names.get(one, str(one)) for one in hold.people],
        "channels": [names.get(one, str(one)) for one in hold.channels],
        "copies": _copies(request, hold) if request.method == "POST" else None,
    }
    return render(request, "chat/legal_hold.html", context)


def _copies(request: HttpRequest, hold: LegalHold) -> list[HeldCopy] | None:
    """Return what was kept, or say why it is not shown any more."""
    try:
        return read_held(actor=request.actor, hold=hold)
    except HoldReleased as over:
        messages.error(request, str(over.sentence))
        return None


@require_POST
def legal_hold_release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    hold = _the_hold(request, hold_id)
    done(request, _("The hold is released."), release_hold, hold=hold)
    return redirect("legal_hold", hold_id)
