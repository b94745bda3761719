"""Partners, one partnership, and what is signed in it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from kernel.rules import may, require
from orgs.countries import joined
from orgs.forms import AgreementForm, CoordinatorsForm, PartnershipForm, ReasonForm, SignatureForm
from orgs.letters import count_letter
from orgs.models import Agreement, Organization, Partnership
from orgs.operations import (
    accept_partnership,
    change_partnership,
    decline_partnership,
    end_partnership,
    partner_named,
    propose_agreement,
    propose_partnership,
    resume_partnership,
    sign_agreement,
    suspend_partnership,
    terminate_agreement,
)
from orgs.people import steering_people
from orgs.policies import steered_side
from orgs.queries import health_of
from orgs.views.finding import done, find, page_of, the_org, tried

PARTNERSHIPS = Partnership.objects.select_related("host", "partner", "proposer", "suspended_by")
AGREEMENTS = Agreement.objects.select_related(
    "drafter", "partnership__host", "partnership__partner", "partnership__suspended_by"
).prefetch_related("signatures__organization", "signatures__signer")
STATUS = {
    "proposed": "waiting",
    "active": "done",
    "suspended": "rejected",
    "ended": "idle",
    "declined": "idle",
}
SIGNED = {
    "draft": "idle",
    "awaiting_signatures": "waiting",
    "in_force": "done",
    "expired": "idle",
    "terminated": "rejected",
}


@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.see_work")
    proposes = may(request.actor, "orgs.propose_partnership", organization)
    form = PartnershipForm(request.POST or None)
    if request.method == "POST":
        require(request.actor, "orgs.propose_partnership", organization)
        if form.is_valid():
            partnership = tried(
                form, _propose, actor=request.actor, organization=organization, **form.cleaned_data
            )
            if partnership is not None:
                messages.success(request, _("The proposal is on its way."))
                return redirect("partnership", partnership.pk)
    rows = PARTNERSHIPS.of(organization).prefetch_related("agreements")
    found, following = page_of(request, rows, ("-created_at", "pk"))
    context = {
        "organization": organization,
        "rows": [_row(one, organization) for one in found],
        "next": following,
        "total": rows.count(),
        "form": form if proposes else None,
    }
    return render(request, "orgs/partners.html", context, status=422 if form.errors else 200)


def _propose(*, actor: Any, organization: Organization, partner: str, kind: str) -> Partnership:
    named = partner_named(partner.strip())
    count_letter(actor, organization.pk)
    return propose_partnership(actor=actor, organization=organization, partner=named, kind=kind)


def _row(partnership: Partnership, organization: Organization) -> dict[str, Any]:
    agreements = list(partnership.agreements.all())
    standing = [one for one in agreements if one.is_in_force]
    return {
        "partnership": partnership,
        "other": partnership.other(organization.pk),
        "kind": Partnership.Kind(partnership.kind_for(organization.pk)).label,
        "health": health_of(partnership, agreements),
        "agreements": len(standing),
        "until": max((one.ends_on for one in standing), default=None),
        "status": STATUS[partnership.state],
        "is_asked": partnership.partner_id == organization.pk,
    }


@require_GET
def partnership(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _partnership(request, find(request, PARTNERSHIPS, partnership_id))


def _partnership(
    request: HttpRequest,
    partnership: Partnership,
    *,
    agreement_form: AgreementForm | None = None,
) -> HttpResponse:
    actor = request.actor
    home_id = _home(request, partnership)
    agreements = list(AGREEMENTS.visible_to(actor).filter(partnership=partnership).order_by("-created_at"))
    steers = may(actor, "orgs.steer_partnership", partnership)
    ours = partnership.host if home_id == partnership.host_id else partnership.partner
    coordinators = list(User.objects.filter(pk__in=partnership.coordinators).order_by("name"))
    known = {one.user_id: one.organization for one in steering_people(partnership)}
    other = partnership.other(home_id)
    context = {
        "partnership": partnership,
        "other": other,
        "title": other.name if other else partnership.partner_email,
        "ours": ours,
        "kind": Partnership.Kind(partnership.kind_for(home_id)).label,
        "status": STATUS[partnership.state],
        "health": health_of(partnership, agreements),
        "agreements": [(one, SIGNED[one.state]) for one in agreements],
        "people": steering_people(partnership) if partnership.partner else [],
        "coordinators": [(one, known.get(one.pk)) for one in coordinators],
        "steers": steers,
        "answers": partnership.state == Partnership.State.PROPOSED
        and may(actor, "orgs.answer_partnership", partnership),
        "resumes": partnership.state == Partnership.State.SUSPENDED
        and may(actor, "orgs.resume_partnership", partnership),
        "reason": ReasonForm(),
        "coordinators_form": CoordinatorsForm(
            organization=ours, initial={"coordinators": partnership.coordinators}
        )
        if steers and ours
        else None,
        "agreement_form": agreement_form or AgreementForm(),
    }
    wrong = agreement_form is not None and agreement_form.errors
    return render(request, "orgs/partnership.html", context, status=422 if wrong else 200)


def _home(request: HttpRequest, partnership: Partnership) -> UUID | None:
    """Return the reader's own side: the one they steer, else the one they belong to."""
    side = steered_side(request.actor, partnership)
    mine = [org.pk for org in request.hats]
    return side or next((one for one in partnership.sides if one in mine), None)


def _act(request: HttpRequest, partnership_id: UUID, verb: Any, words: str, **said: Any) -> HttpResponse:
    partnership = find(request, PARTNERSHIPS, partnership_id)
    done(request, words, verb, partnership=partnership, **said)
    return redirect("partnership", partnership_id)


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@require_POST
def partnership_acceptance(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _act(request, partnership_id, accept_partnership, _("You are partners now."))


@require_POST
def partnership_refusal(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _act(request, partnership_id, decline_partnership, _("Declined."), reason=_reason(request))


@require_POST
def partnership_suspension(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _act(request, partnership_id, suspend_partnership, _("Suspended."), reason=_reason(request))


@require_POST
def partnership_resumption(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _act(request, partnership_id, resume_partnership, _("You go on working together."))


@require_POST
def partnership_ending(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return _act(request, partnership_id, end_partnership, _("The partnership is ended."))


@require_POST
def partnership_coordinators(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    partnership = find(request, PARTNERSHIPS, partnership_id)
    require(request.actor, "orgs.steer_partnership", partnership)
    side = steered_side(request.actor, partnership)
    ours = partnership.host if side == partnership.host_id else partnership.partner
    form = CoordinatorsForm(request.POST, organization=ours)
    if form.is_valid():
        chosen = form.cleaned_data["coordinators"]
        done(request, _("Saved."), change_partnership, partnership=partnership, coordinators=chosen)
    else:
        messages.error(request, _("Choose people of your own organization."))
    return redirect("partnership", partnership_id)


@require_POST
def partnership_agreements(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    partnership = find(request, PARTNERSHIPS, partnership_id)
    require(request.actor, "orgs.steer_partnership", partnership)
    form = AgreementForm(request.POST)
    if form.is_valid():
        agreement = tried(
            form, propose_agreement, actor=request.actor, partnership=partnership, **form.cleaned_data
        )
        if agreement is not None:
            messages.success(request, _("The agreement waits for both signatures."))
            return redirect("agreement", agreement.pk)
    return _partnership(request, partnership, agreement_form=form)


@require_GET
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    return _agreement(request, find(request, AGREEMENTS, agreement_id))


def _agreement(request: HttpRequest, agreement: Agreement, form: SignatureForm | None = None) -> HttpResponse:
    partnership, actor = agreement.partnership, request.actor
    signatures = {one.organization_id: one for one in agreement.signatures.all()}
    sides = [(org, signatures.get(org.pk)) for org in (partnership.host, partnership.partner) if org]
    side = steered_side(actor, partnership)
    is_open = agreement.state == Agreement.State.AWAITING_SIGNATURES
    signs = is_open and side is not None and side not in signatures
    first = {"full_name": request.user.name, "text_hash": agreement.text_hash}
    context = {
        "agreement": agreement,
        "partnership": partnership,
        "other": partnership.other(_home(request, partnership)),
        "status": SIGNED[agreement.state],
        "sides": sides,
        "form": (form or SignatureForm(initial=first)) if signs else None,
        "places": joined(agreement.countries),
        "terminates": agreement.state not in (Agreement.State.EXPIRED, Agreement.State.TERMINATED)
        and may(actor, "orgs.steer_agreement", agreement),
    }
    wrong = form is not None and form.errors
    return render(request, "orgs/agreement.html", context, status=422 if wrong else 200)


@require_POST
def agreement_signature(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    agreement = find(request, AGREEMENTS, agreement_id)
    require(request.actor, "orgs.sign_agreement", agreement)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _agreement(request, agreement, form)
    done(request, _("Signed."), sign_agreement, agreement=agreement, **form.wanted())
    return redirect("agreement", agreement_id)


@require_POST
def agreement_termination(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    agreement = find(request, AGREEMENTS, agreement_id)
    done(request, _("The agreement is terminated."), terminate_agreement, agreement=agreement)
    return redirect("agreement", agreement_id)
