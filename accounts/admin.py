"""People as the platform's operators see them: who, since when, in which state; never what they wrote."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User
from accounts.operations import deactivate_person, reactivate_person
from kernel.errors import NotNow

# Operators come in by the same door as everybody, with its limits and its record.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Unfold draws with Alpine, which evaluates attributes and sets styles. Without that its search lies over
# every page. The operators' pages alone get it; they show no words of people, and no other page changes.
ALPINE = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
_admin_view = admin.site.admin_view


def drawn_with_alpine(view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
    return csp_update(ALPINE)(_admin_view(view, cacheable))


admin.site.admin_view = drawn_with_alpine  # type: ignore[method-assign]

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(ModelAdmin):
    list_display = ("name", "email", "is_active", "is_staff", "is_demo", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "is_demo", "language", "last_login")
    search_fields = ("name", "email")
    ordering = ("name",)
    list_per_page = 50
    fields = (
        "name", "email", "language", "time_zone", "is_active", "is_staff", "is_demo", "last_login", "created_at"
    )  # fmt: skip
    readonly_fields = fields
    actions = ("deactivate", "reactivate")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_user")

    @admin.action(description=_("Deactivate: end sessions and tokens"), permissions=["operate"])
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, deactivate_person)

    @admin.action(description=_("Reactivate"), permissions=["operate"])
    def reactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, reactivate_person)

    def _each(self, request: HttpRequest, people: QuerySet[User], verb: Any) -> None:
        for person in people:
            try:
                verb(actor=request.actor, person=person)
            except NotNow as error:
                self.message_user(request, f"{person}: {error.sentence}", messages.WARNING)
            else:
                self.message_user(request, f"{person}: {_('done')}", messages.SUCCESS)
