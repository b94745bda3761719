"""The one-time page that makes a new platform's first operator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import FirstOperatorForm
from accounts.operations import make_first_operator
from accounts.operations.opening import opens
from kernel.errors import NotVisible


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever started a new platform become its first operator; afterwards there is no such page."""
    if not opens(token):
        raise NotVisible
    form = FirstOperatorForm(request.POST or None)
    if form.is_valid():
        make_first_operator(actor=request.actor, token=token, **form.cleaned_data)
        messages.success(request, _("Welcome. Sign in to begin."))
        return redirect("account_login")
    shown = {"form": form, "token": token}
    return render(request, "accounts/opening.html", shown, status=422 if form.errors else 200)
