"""Where somebody who is signed in proves it once more, and goes on to what they were about to do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.factors import Kind, factors_of
from accounts.forms import CodeProof, PasswordProof
from accounts.operations import confirm_person
from accounts.passkeys import PasskeyProof


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    proofs = [
        one(request.POST if said in request.POST else None, user=request.user)
        for said, one in offered(request)
    ]
    if any(one.is_valid() for one in proofs if one.is_bound):
        confirmed(request, by=next(one.by for one in proofs if one.is_bound))
        messages.success(request, _("Confirmed. For ten minutes you will not be asked again."))
        return redirect(onward(request))
    shown = {"forms": proofs, "next": onward(request)}
    return render(request, "accounts/confirmation.html", shown)


def offered(request: HttpRequest) -> list[tuple[str, Any]]:
    """Return how this person may prove it, by the field that carries the proof."""
    ways: list[tuple[str, Any]] = []
    if request.user.has_usable_password():
        ways.append(("password", PasswordProof))
    if factors_of(request.user).filter(type=Kind.TOTP).exists():
        ways.append(("code", CodeProof))
    if factors_of(request.user).filter(type=Kind.WEBAUTHN).exists():
        ways.append(("credential", PasskeyProof))
    return ways


def confirmed(request: HttpRequest, *, by: str) -> None:
    """Take note of a proof. The session gets a new secret, now that it is worth more."""
    confirm_person(actor=request.actor, person=request.user, by=by)
    request.session.confirm()
    # Read anew: a password that was checked may have been hashed again, with today's strength.
    update_session_auth_hash(request, request.user.fresh())


def onward(request: HttpRequest) -> str:
    """Return where they were going; another host than ours is nowhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/settings/"
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else "/settings/"
