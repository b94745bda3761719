"""The shelf of keys that a person gave to programs."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import TokenForm
from accounts.models import Token, memberships_of
from accounts.operations import create_token, revoke_token
from kernel.errors import NotVisible


@never_cache
@sensitive_variables("created")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, person=request.user)
    created = None
    if request.method == "POST" and form.is_valid():
        created = create_token(actor=request.actor, person=request.user, **wanted(form))
        form = TokenForm(person=request.user)
    shown = {"form": form, "created": created, "tokens": shelf(request)}
    return render(request, "accounts/tokens.html", shown, status=422 if form.errors else 200)


def wanted(form: TokenForm) -> dict[str, Any]:
    """Return what the form asks for; a last day ends when that day does, where the person is."""
    said = form.cleaned_data
    last, org = said["expires_on"], said["org"]
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time())) if last else None
    return {
        "name": said["name"],
        "scope": said["scope"],
        "org": UUID(org) if org else None,
        "expires_at": end,
    }


def shelf(request: HttpRequest) -> list[tuple[Token, str]]:
    """Return the person's tokens, each with the name of the organization it acts for."""
    names = {str(one["org"]["id"]): one["org"]["name"] for one in memberships_of(request.user)}
    mine = Token.objects.visible_to(request.actor).filter(user=request.user).standing()
    return [(token, names.get(str(token.org_id), "")) for token in mine]


@require_POST
def token_revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = Token.objects.visible_to(request.actor).standing().filter(pk=token_id).first()
    if token is None:
        raise NotVisible
    revoke_token(actor=request.actor, token=token)
    messages.success(request, _("The token is revoked. Programs that use it are shut out."))
    return redirect("tokens")
