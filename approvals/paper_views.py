"""A request on paper for who reads it, and for everybody else the answer whether a paper is ours."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from approvals.handing import handed_out
from approvals.models import Paper
from approvals.models.papers import LENGTH, PRINTER, SIGNS, code_in, written
from approvals.operations import make_paper
from approvals.sides import side_of
from approvals.verification import finding_of
from approvals.views import found
from kernel.acting import acting
from kernel.errors import NotVisible
from kernel.limits import limited


@require_POST
def papers(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Make one, or find the one that says the same."""
    limited("papers", request.actor.user_id)
    paper = make_paper(actor=request.actor, instance=found(request, instance_id))
    return redirect("approval_paper", instance_id, paper.pk)


@require_GET
def paper(request: HttpRequest, instance_id: UUID, paper_id: UUID) -> HttpResponse:
    """Hand it out to the side it was made for, as long as they read the request."""
    instance = found(request, instance_id)
    side = side_of(request.actor, instance)
    with acting(PRINTER):
        kept = Paper.objects.filter(pk=paper_id, instance=instance, organization=side).first()
    if kept is None:
        raise NotVisible
    return handed_out(kept)


# ── For everybody ────────────────────────────────────────────────────────────
@login_not_required
@require_GET
def verifications(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a code that cannot be one is said to be none before anybody looks it up."""
    said = request.GET.get("code", "").strip()[:60]
    code = code_in(said)
    if len(code) == LENGTH and not set(code) - set(SIGNS):
        return redirect("verification", written(code))
    return _shown(request, "approvals/verify.html", {"said": said, "finding": None}, 422 if said else 200)


@login_not_required
@require_GET
def verification(request: HttpRequest, code: str) -> HttpResponse:
    limited("verifications", request.META.get("REMOTE_ADDR", ""))
    finding = finding_of(code)
    if finding is None:
        return _shown(
            request, "approvals/verify.html", {"finding": None, "said": code[:60], "is_unknown": True}, 404
        )
    return _shown(request, "approvals/verify.html", {"finding": finding, "said": ""}, 200)


def _shown(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


urlpatterns = [
    path("approvals/<uuid:instance_id>/papers/", papers, name="approval_papers"),
    path("approvals/<uuid:instance_id>/papers/<uuid:paper_id>/", paper, name="approval_paper"),
    path("verify/", verifications, name="verifications"),
    path("verify/<str:code>/", verification, name="verification"),
]
