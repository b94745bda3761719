"""The invitation, as whoever holds the letter sees it: a page before the door."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity import vouch_for_address
from accounts.models import User
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.rules import may
from orgs.errors import WrongAddress
from orgs.forms import OrganizationForm
from orgs.middleware import SESSION_KEY, key_of
from orgs.models import Invitation, Membership, Organization, Partnership
from orgs.operations import accept_invitation, register_and_accept
from orgs.views.finding import done, tried

OFFERS = Invitation.objects.select_related("organization", "inviter", "contact", "partnership", "department")


def offered(token: str) -> Invitation:
    with acting(Actor.system("orgs.offered")):  # the letter is the key: whoever holds it may be nobody yet
        offer = OFFERS.by_token(token).first()
    if offer is None:
        raise NotVisible
    return offer


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    offer = offered(token)
    if request.method == "POST":
        return _answer(request, offer, token)
    if offer.is_open:
        vouch_for_address(request, offer.email)
    return _page(request, offer, token)


def _page(
    request: HttpRequest, offer: Invitation, token: str, form: OrganizationForm | None = None
) -> HttpResponse:
    is_known = request.user.is_authenticated
    here = reverse("invitation", args=[token])
    context = {
        "offer": offer,
        "token": token,
        "is_open": offer.is_open,
        "fits": is_known and may(request.actor, "orgs.accept_invitation", offer),
        "has_account": not is_known and User.objects.active().filter(email=offer.email).exists(),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "sign_up": f"{reverse('account_signup')}?{urlencode({'next': here, 'email': offer.email})}",
        "is_partner": offer.kind == Invitation.Kind.PARTNER,
        "form": form or OrganizationForm.for_company_at(offer.email),
        "steered": steered_by(request) if offer.kind == Invitation.Kind.PARTNER else [],
    }
    return render(request, "orgs/invitation.html", context, status=422 if form and form.errors else 200)


def steered_by(request: HttpRequest) -> list[Organization]:
    """Return the organizations that could become the partner: those the person steers."""
    if not request.user.is_authenticated:
        return []
    steering = Membership.objects.steering().filter(user=request.user).select_related("organization")
    return [one.organization for one in steering.order_by("id")]


def _answer(request: HttpRequest, offer: Invitation, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    if not may(request.actor, "orgs.accept_invitation", offer):
        raise WrongAddress("orgs.accept_invitation")
    if offer.kind == Invitation.Kind.PARTNER and not request.POST.get("org"):
        return _register(request, offer, token)
    chosen = key_of(request.POST.get("org", ""))
    organization = next((org for org in steered_by(request) if org.pk == chosen), None)
    opened = done(request, _welcome(offer), accept_invitation, invitation=offer, organization=organization)
    return _go(request, opened) if opened is not None else redirect("invitation", token)


def _register(request: HttpRequest, offer: Invitation, token: str) -> HttpResponse:
    form = OrganizationForm(request.POST)
    if form.is_valid():
        opened = tried(form, register_and_accept, actor=request.actor, invitation=offer, **form.cleaned_data)
        if opened is not None:
            messages.success(request, _welcome(offer))
            return _go(request, opened)
    return _page(request, offer, token, form)


def _welcome(offer: Invitation) -> str:
    if offer.kind == Invitation.Kind.PARTNER:
        return _("You are partners now.")
    return _("Welcome.")


def _go(request: HttpRequest, opened: Any) -> HttpResponse:
    """Lead to what has just opened."""
    if isinstance(opened, Membership):
        request.session[SESSION_KEY] = str(opened.organization_id)
        return redirect("home" if opened.role != Membership.Role.AUDITOR else "org_audit", *_to(opened))
    if isinstance(opened, Partnership):
        request.session[SESSION_KEY] = str(opened.partner_id)
        return redirect("partnership", opened.pk)
    return redirect("home")


def _to(opened: Membership) -> list[UUID]:
    return [opened.organization_id] if opened.role == Membership.Role.AUDITOR else []


@login_not_required
@require_POST
def other_account(request: HttpRequest, token: str) -> HttpResponse:
    """Sign out, and come back to the invitation: it was sent to another address."""
    offered(token)
    logout(request)
    return redirect("invitation", token)
