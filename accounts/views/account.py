"""One's own account as a whole: what one takes along, what one agreed to, how one leaves."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NoCopyThere
from accounts.forms import LeaveForm
from accounts.models import Consent, Copy
from accounts.operations import ask_for_copy, record_copy_taken
from kernel.errors import NotVisible
from kernel.leaving import obstacles


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/account.html", page_of(request))


def page_of(request: HttpRequest) -> dict[str, Any]:
    consents = Consent.objects.visible_to(request.actor).filter(user=request.user)
    return {
        "copy": newest_copy(request),
        "consents": consents,
        "obstacles": list(obstacles(request.actor)),
        "leave_form": LeaveForm(person=request.user),
    }


@never_cache
@require_safe
def copy_state(request: HttpRequest) -> HttpResponse:
    """Show how far it is; the page asks while it is being made."""
    return render(request, "accounts/_copy.html", {"copy": newest_copy(request)})


@require_POST
def copies(request: HttpRequest) -> HttpResponse:
    ask_for_copy(actor=request.actor, person=request.user)
    messages.success(request, _("Your copy is being made. We tell you when it is ready."))
    return redirect("account")


@never_cache
@require_safe
def copy(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand out the file: to its person alone, by a link that ends in a day."""
    found = Copy.objects.opened_by(token, request.actor)
    if found is None:
        raise NotVisible
    try:
        file = found.opened()
    except NoCopyThere:
        raise NotVisible from None
    record_copy_taken(actor=request.actor, person=request.user)
    answer = FileResponse(file, as_attachment=True, filename=found.file_name, content_type="application/zip")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def newest_copy(request: HttpRequest) -> Copy | None:
    return Copy.objects.visible_to(request.actor).order_by("-id").first()
