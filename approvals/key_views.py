"""The page on which an organization sees what it signs with, and draws it anew."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from approvals.models import CallSecret
from approvals.operations import draw_call_secret
from approvals.seals import keys_of, rotate_seal_key
from kernel.rules import require
from orgs.views.finding import done


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    require(request.actor, "approvals.manage_definitions", request.actor.org)
    return _page(request)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    organization = request.actor.org
    calls = CallSecret.objects.visible_to(request.actor).filter(organization=organization).first()
    context = {
        "organization": organization,
        "calls": calls,
        "seals": keys_of(organization.pk),
        "secret": "",
        **more,
    }
    return render(request, "approvals/keys.html", context)


@never_cache
@sensitive_variables("drawn")
@require_POST
def call_secret(request: HttpRequest) -> HttpResponse:
    require(request.actor, "approvals.sign_calls", request.actor.org)
    words = _("Calls are signed with the new secret. For 24 hours the old one signs as well.")
    drawn = done(request, words, draw_call_secret, organization=request.actor.org)
    return _page(request, secret=drawn.secret) if drawn else redirect("approval_keys")


@require_POST
def seal(request: HttpRequest) -> HttpResponse:
    require(request.actor, "approvals.rotate_seal", request.actor.org)
    words = _("Decisions are sealed with a new key. What the old one has sealed holds.")
    done(request, words, rotate_seal_key, organization=request.actor.org)
    return redirect("approval_keys")


urlpatterns = [
    path("approvals/keys/", keys, name="approval_keys"),
    path("approvals/keys/call-secret/", call_secret, name="approval_call_secret"),
    path("approvals/keys/seal/", seal, name="approval_seal"),
]
