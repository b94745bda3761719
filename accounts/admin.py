"""People as the platform's operators see them: who, since when, in which state; never what they wrote."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.factors import factors_of
from accounts.models import User
from accounts.operations import deactivate_person, end_sign_ins, reactivate_person
from kernel.admin import Act, OperatorAdmin

# Operators come in by the same door as everybody, with its limits and its record.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Unfold draws with Alpine, which evaluates attributes and sets styles. Without that its search lies over
# every page. The operators' pages alone get it; they show no words of people, and no other page changes.
ALPINE = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
_admin_view = admin.site.admin_view


def guarded(view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
    shown = csp_update(ALPINE)(_admin_view(view, cacheable))

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_active and request.user.is_staff and lacks_factor(request.user):
            messages.warning(request, _("Operators need a second factor. Set one up, then come back."))
            return redirect("factors")
        return shown(request, *args, **kwargs)

    return guard


def lacks_factor(operator: Any) -> bool:
    """Tell whether a password alone would open the operators' pages; with a factor no sign-in goes without it."""
    return settings.ADMIN_NEEDS_FACTOR and not factors_of(operator).exists()


admin.site.admin_view = guarded  # type: ignore[method-assign]

# What Django and allauth register can be written to by hand; ours cannot.
for model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class PersonAdmin(OperatorAdmin):
    list_display = ("name", "email", "is_active", "is_staff", "is_demo", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "is_demo", "language", "last_login")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = (
        "name", "email", "language", "time_zone", "is_active", "is_staff", "is_demo", "last_login", "created_at"
    )  # fmt: skip
    acts = {
        "deactivate": Act(deactivate_person, "person", _("Deactivate: end sessions and tokens")),
        "reactivate": Act(reactivate_person, "person", _("Reactivate")),
        "end_sign_ins": Act(end_sign_ins, "person", _("End sessions, sockets and tokens")),
    }
