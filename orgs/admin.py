"""Organizations as the platform's operators see them: metadata, never a text that somebody signed or wrote."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from kernel.errors import DomainError
from orgs.models import Agreement, Contact, Membership, Organization, Partnership
from orgs.operations import reactivate_org, suspend_org


class Looking(ModelAdmin):
    """Found, filtered, read; changes go through operations."""

    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(Looking):
    list_display = ("name", "slug", "kind", "state", "people", "created_at")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name",)
    fields = ("id", "name", "slug", "kind", "parent", "state", "created_at")
    actions = ("suspend", "reactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        active = Q(memberships__state=Membership.State.ACTIVE)
        return super().get_queryset(request).annotate(size=Count("memberships", filter=active))

    @admin.display(description=_("People"), ordering="size")
    def people(self, organization: Any) -> int:
        return organization.size

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orgs.change_organization")

    @admin.action(description=_("Suspend: close it for all its people"), permissions=["operate"])
    def suspend(self, request: HttpRequest, organizations: QuerySet[Organization]) -> None:
        self._each(request, organizations, suspend_org)

    @admin.action(description=_("Reactivate"), permissions=["operate"])
    def reactivate(self, request: HttpRequest, organizations: QuerySet[Organization]) -> None:
        self._each(request, organizations, reactivate_org)

    def _each(self, request: HttpRequest, organizations: QuerySet[Organization], verb: Any) -> None:
        for organization in organizations:
            try:
                verb(actor=request.actor, organization=organization)
            except DomainError as error:
                self.message_user(request, f"{organization}: {error.sentence}", messages.WARNING)
            else:
                self.message_user(request, f"{organization}: {_('done')}", messages.SUCCESS)


@admin.register(Membership)
class MembershipAdmin(Looking):
    list_display = ("user", "organization", "role", "state", "department", "created_at", "ended_at")
    list_filter = ("state", "role", "organization")
    list_select_related = ("user", "organization", "department")
    search_fields = ("user__name", "user__email", "organization__name", "organization__slug")
    ordering = ("organization__name", "user__name")
    fields = (
        "id", "organization", "user", "role", "state", "title", "department", "manager", "created_at", "ended_at"
    )  # fmt: skip


@admin.register(Contact)
class ContactAdmin(Looking):
    list_display = ("name", "company", "organization", "state", "sponsor", "expires_at")
    list_filter = ("state", "organization", "expires_at")
    list_select_related = ("organization", "sponsor")
    search_fields = ("name", "email", "company", "organization__name")
    ordering = ("organization__name", "name")
    fields = (
        "id", "organization", "name", "email", "company", "state", "sponsor", "proposer", "decider", "decided_at",
        "user", "expires_at", "created_at",
    )  # fmt: skip


@admin.register(Partnership)
class PartnershipAdmin(Looking):
    list_display = ("host", "partner", "kind", "state", "since", "created_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("host", "partner")
    search_fields = ("host__name", "partner__name", "partner_email")
    ordering = ("-created_at",)
    fields = ("id", "host", "partner", "partner_email", "kind", "state", "suspended_by", "proposer", "since", "created_at")  # fmt: skip


@admin.register(Agreement)
class AgreementAdmin(Looking):
    list_display = ("title", "partnership", "kind", "state", "starts_on", "ends_on")
    list_filter = ("state", "kind", "ends_on")
    list_select_related = ("partnership__host", "partnership__partner")
    search_fields = ("title", "partnership__host__name", "partnership__partner__name")
    ordering = ("-created_at",)
    fields = ("id", "partnership", "drafter", "kind", "title", "classes", "starts_on", "ends_on", "state", "created_at")  # fmt: skip
