"""The page that an operator's invitation leads to; it opens by its secret, once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotVisible
from oversight.forms import OperatorForm
from oversight.models import OperatorInvitation
from oversight.operations import accept_operator_invitation


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitation(request: HttpRequest, token: str) -> HttpResponse:
    offer = offered(token)
    form = OperatorForm(request.POST or None, email=offer.email)
    if form.is_valid():
        door = Actor.system("oversight.invitation")  # who holds the secret is nobody yet
        accept_operator_invitation(actor=door, token=token, **form.cleaned_data)
        messages.success(request, _("Welcome. Sign in to begin."))
        return redirect("account_login")
    shown = {"form": form, "offer": offer, "token": token}
    return render(request, "oversight/operator_invitation.html", shown, status=422 if form.errors else 200)


def offered(token: str) -> OperatorInvitation:
    """Return the open invitation that the secret opens.

    Raises:
        NotVisible: there is none; used, expired and invented ones answer alike.
    """
    with acting(Actor.system("oversight.invitation")):
        offer = OperatorInvitation.objects.open().by_token(token).first()
    if offer is None:
        raise NotVisible
    return offer
