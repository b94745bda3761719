"""The terms and the privacy notice, and the page that asks for consent before one goes on."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import documents
from accounts.forms import ConsentForm
from accounts.operations import agree


@login_not_required
@require_safe
def document(request: HttpRequest, kind: str) -> HttpResponse:
    return render(request, "accounts/document.html", {"document": documents.document(kind)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Ask once for each new version, then lead on to where the person was going."""
    going = _way_on(request)
    if request.user.agreed_to == documents.in_force():
        return HttpResponseRedirect(going)
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        agree(actor=request.actor, person=request.user, versions=form.cleaned_data["versions"])
        return HttpResponseRedirect(going)
    shown: dict[str, Any] = {"form": form, "next": going, "is_first": not request.user.agreed_to}
    return render(request, "accounts/consent.html", shown, status=422 if form.errors else 200)


def _way_on(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    here = {request.get_host()}
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, here, request.is_secure())
    return wanted if ours else "/"
