"""The operators' pages of inspections, and the one place where they may show what others wrote."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.admin import ask, desk, draw
from kernel.errors import ConfirmationNeeded, DomainError
from oversight import contents, policies
from oversight.forms import InspectionForm, InviteForm
from oversight.models import Inspection, OperatorInvitation
from oversight.operations import (
    approve_inspection,
    ask_inspection,
    dismiss_operator,
    end_inspection,
    invite_operator,
    read_inspection,
    refuse_inspection,
    revoke_operator_invitation,
)

MOST = 100


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def inspections(request: HttpRequest) -> HttpResponse:
    form = InspectionForm(request.POST or None)
    if form.is_valid() and _is_asked(request, form):
        return redirect("inspections")
    rows = Inspection.objects.visible_to(request.actor).select_related("operator", "approver")  # type: ignore[attr-defined]
    context = {"inspections": rows[:MOST], "form": form}
    status = 422 if form.errors else 200
    return draw(request, "oversight/inspections.html", context, title=_("Reading contents"), status=status)


def _is_asked(request: HttpRequest, form: InspectionForm) -> bool:
    try:
        ask_inspection(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
    except ConfirmationNeeded:
        raise
    except DomainError as error:
        for one in error.errors:
            form.add_error(one["pointer"].lstrip("/"), one["detail"])
        if not error.errors:
            form.add_error(None, str(error.sentence))
        return False
    return True


@desk
@require_POST
def approval(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    return _answer(request, inspection_id, approve_inspection)


@desk
@require_POST
def refusal(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    return _answer(request, inspection_id, refuse_inspection)


@desk
@require_POST
def ending(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    return _answer(request, inspection_id, end_inspection)


def _answer(request: HttpRequest, inspection_id: UUID, verb: Any) -> HttpResponse:
    inspection = _found(request, inspection_id)
    ask(request, verb, about=str(inspection), inspection=inspection)
    return redirect("inspections")


@desk
@never_cache
@require_GET
def inspection_contents(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """Show a page of it, after the look has been noted; whoever it was not opened for is refused."""
    channel, before = _place(request)
    part = f"{channel or ''}{f' < {before}' if before else ''}"
    inspection = _found(request, inspection_id)
    inspection = read_inspection(actor=request.actor, inspection=inspection, part=part)  # type: ignore[attr-defined]
    context = {
        "inspection": inspection,
        "channels": contents.channels_of(inspection),
        "talk": contents.talk_of(inspection, channel, before),
        "asked": contents.request_of(inspection),
    }
    return draw(request, "oversight/contents.html", context, title=inspection.noun_name)


# ── Operators themselves ─────────────────────────────────────────────────────
@desk
@require_http_methods(["GET", "HEAD", "POST"])
def operators(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        ask(request, invite_operator, about=email, email=email)
        return redirect("operators")
    offers = OperatorInvitation.objects.visible_to(request.actor).open().select_related("inviter")  # type: ignore[attr-defined]
    context = {"operators": policies.operators().order_by("name"), "offers": offers, "form": form}
    status = 422 if form.errors else 200
    return draw(request, "oversight/operators.html", context, title=_("Operators"), status=status)


@desk
@require_POST
def invitation_revocation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    rows = OperatorInvitation.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    invitation = get_object_or_404(rows, pk=invitation_id)
    ask(request, revoke_operator_invitation, about=invitation.email, invitation=invitation)
    return redirect("operators")


@desk
@require_POST
def dismissal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(policies.operators(), pk=person_id)
    ask(request, dismiss_operator, about=person.name, person=person)
    return redirect("operators")


def _found(request: HttpRequest, inspection_id: UUID) -> Inspection:
    return get_object_or_404(Inspection.objects.visible_to(request.actor), pk=inspection_id)  # type: ignore[attr-defined]


def _place(request: HttpRequest) -> tuple[UUID | None, int | None]:
    """Return which channel the address names and from where; what is no such thing names nothing."""
    said, before = request.GET.get("channel", ""), request.GET.get("before", "")
    try:
        channel = UUID(said) if said else None
    except ValueError:
        channel = UUID(int=0)
    return channel, int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None


desk_places = [
    (gettext_lazy("Reading contents"), "visibility_lock", "inspections"),
    (gettext_lazy("Operators"), "shield_person", "operators"),
]

desk_urlpatterns = [
    path("inspections/", inspections, name="inspections"),
    path("inspections/<uuid:inspection_id>/approval/", approval, name="inspection_approval"),
    path("inspections/<uuid:inspection_id>/refusal/", refusal, name="inspection_refusal"),
    path("inspections/<uuid:inspection_id>/ending/", ending, name="inspection_ending"),
    path("inspections/<uuid:inspection_id>/contents/", inspection_contents, name="inspection_contents"),
    path("operators/", operators, name="operators"),
    path("operators/<uuid:person_id>/dismissal/", dismissal, name="operator_dismissal"),
    path(
        "operators/invitations/<uuid:invitation_id>/revocation/",
        invitation_revocation,
        name="operator_invitation_revocation",
    ),
]
