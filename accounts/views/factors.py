"""The second factors of somebody's account."""

import json
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import FactorThere
from accounts.factors import NAMES, Kind, codes_left, factors_of, new_secret, picture_of
from accounts.forms import AppForm
from accounts.operations import add_app, add_passkey, name_passkey, remove_factor, renew_codes
from accounts.passkeys import NewPasskey, PasskeyName, options_for_new, work_here
from accounts.secrets import decrypted, encrypted
from kernel.errors import InvalidInput, NotVisible
from kernel.recent import require_recent

PENDING = "factor"


class SecondStep(AuthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what a passkey is asked for, where they have one."""
        shown = super().get_context_data(**kwargs)
        if factors_of(self.stage.login.user).filter(type=Kind.WEBAUTHN).exists():
            shown["passkey_options"] = json.dumps(shown["js_data"]["request_options"])
        return shown


@never_cache
@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, codes: list[str] | None = None) -> HttpResponse:
    mine = list(factors_of(request.user))
    shown = {
        "app": next((one for one in mine if one.type == Kind.TOTP), None),
        "passkeys": [one.wrap() for one in mine if one.type == Kind.WEBAUTHN],
        "is_on": bool(mine),
        "codes": codes,
        "codes_text": "\n".join(codes or ()),
        "left": codes_left(request.user),
    }
    return render(request, "accounts/factors.html", shown)


@never_cache
@sensitive_variables("secret", "codes")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_app(request: HttpRequest) -> HttpResponse:
    """Show the secret that an app is to hold, and take the code which shows that it does."""
    require_recent(request.actor)
    if factors_of(request.user).filter(type=Kind.TOTP).exists():
        return redirect("factors")
    secret = _pending(request)
    form = AppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = add_app(actor=request.actor, person=request.user, secret=secret, **form.cleaned_data)
        except InvalidInput as error:
            form.add_error("code", str(error.errors[0]["detail"]))
        except FactorThere:
            return redirect("factors")
        else:
            del request.session[PENDING]
            get_adapter().tell_of_factors(request.user, "app_added")
            messages.success(request, _("The authenticator app is set up."))
            return _page(request, codes)
    shown: dict[str, Any] = {"form": form, "secret": secret, "picture": picture_of(request.user, secret)}
    return render(request, "accounts/factor_app.html", shown, status=422 if form.errors else 200)


def _pending(request: HttpRequest) -> str:
    """Return the secret that waits for its app; the same one while somebody looks at the page."""
    if PENDING not in request.session:
        request.session[PENDING] = encrypted(new_secret())
    return decrypted(request.session[PENDING])


@never_cache
@sensitive_variables("codes")
@require_http_methods(["GET", "HEAD", "POST"])
def passkeys(request: HttpRequest) -> HttpResponse:
    """Have the device make a passkey, and keep what is public of it."""
    require_recent(request.actor)
    form = NewPasskey(request.POST if request.method == "POST" else None)
    if form.is_valid():
        codes = add_passkey(actor=request.actor, person=request.user, **form.cleaned_data)
        get_adapter().tell_of_factors(request.user, "passkey_added")
        messages.success(request, _("The passkey is added."))
        return _page(request, codes)
    shown = {"form": form, "options": options_for_new(request.user), "work_here": work_here(request)}
    shown["public_url"] = settings.PUBLIC_URL
    return render(request, "accounts/passkey_new.html", shown, status=422 if form.errors else 200)


@require_POST
def passkey_name(request: HttpRequest, factor_id: int) -> HttpResponse:
    if not factors_of(request.user).filter(pk=factor_id, type=Kind.WEBAUTHN).exists():
        raise NotVisible
    form = PasskeyName(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    if not name:
        messages.error(request, _("Give it a name."))
        return redirect("factors")
    name_passkey(actor=request.actor, person=request.user, factor_id=factor_id, name=name)
    messages.success(request, _("Saved."))
    return redirect("factors")


@require_POST
def factor_removal(request: HttpRequest, factor_id: int) -> HttpResponse:
    factor = remove_factor(actor=request.actor, person=request.user, factor_id=factor_id)
    get_adapter().tell_of_factors(
        request.user, "app_removed" if factor.type == Kind.TOTP else "passkey_removed"
    )
    messages.success(request, _("Removed: %(factor)s.") % {"factor": NAMES[factor.type]})  # type: ignore[index]
    return redirect("factors")


@never_cache
@sensitive_variables("codes")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    codes = renew_codes(actor=request.actor, person=request.user)
    get_adapter().tell_of_factors(request.user, "codes_made")
    return _page(request, codes)
