"""Leaving for good, and staying after all."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.forms import LeaveForm
from accounts.operations import ask_to_leave, stay
from accounts.views.account import page_of


@sensitive_post_parameters("password")
@require_POST
def leaving(request: HttpRequest) -> HttpResponse:
    form = LeaveForm(request.POST, person=request.user)
    if not form.is_valid():
        shown: dict[str, Any] = page_of(request) | {"leave_form": form}
        return render(request, "accounts/account.html", shown, status=422)
    person = ask_to_leave(actor=request.actor, person=request.user)
    day = get_adapter().tell_of_leaving(person)
    logout(request)
    messages.info(
        request,
        _("Your account will be deleted on %(day)s. Sign in before that day to keep it.") % {"day": day},
    )
    return redirect("account_login")


@require_POST
def staying(request: HttpRequest) -> HttpResponse:
    stay(actor=request.actor, person=request.user)
    messages.success(request, _("Good that you stay. Your account is kept."))
    return redirect("account")
