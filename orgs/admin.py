"""Organizations as the platform's operators see them: metadata, never a text that somebody signed or wrote."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.admin import Act, OperatorAdmin
from orgs.models import Agreement, Contact, Invitation, Membership, Organization, Partnership
from orgs.operations import reactivate_org, resend_invitation, revoke_invitation, suspend_org


@admin.register(Organization)
class OrganizationAdmin(OperatorAdmin):
    list_display = ("name", "slug", "kind", "state", "people", "created_at")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name",)
    fields = ("id", "name", "slug", "kind", "parent", "state", "created_at")
    acts = {
        "suspend": Act(suspend_org, "organization", _("Suspend: close it for all its people")),
        "reactivate": Act(reactivate_org, "organization", _("Reactivate")),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        active = Q(memberships__state=Membership.State.ACTIVE)
        return super().get_queryset(request).annotate(size=Count("memberships", filter=active))

    @admin.display(description=_("People"), ordering="size")
    def people(self, organization: Any) -> int:
        return organization.size


@admin.register(Membership)
class MembershipAdmin(OperatorAdmin):
    list_display = ("user", "organization", "role", "state", "department", "created_at", "ended_at")
    list_filter = ("state", "role", "organization")
    list_select_related = ("user", "organization", "department")
    search_fields = ("user__name", "user__email", "organization__name", "organization__slug")
    ordering = ("organization__name", "user__name")
    fields = (
        "id", "organization", "user", "role", "state", "title", "department", "manager", "created_at", "ended_at"
    )  # fmt: skip


@admin.register(Invitation)
class InvitationAdmin(OperatorAdmin):
    list_display = ("email", "organization", "kind", "state", "inviter", "created_at", "expires_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("organization", "inviter")
    search_fields = ("email", "organization__name", "organization__slug")
    ordering = ("-id",)
    fields = ("id", "organization", "email", "kind", "state", "inviter", "created_at", "expires_at")
    acts = {
        "resend": Act(resend_invitation, "invitation", _("Send again, under a new link")),
        "revoke": Act(revoke_invitation, "invitation", _("Take back")),
    }


@admin.register(Contact)
class ContactAdmin(OperatorAdmin):
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
class PartnershipAdmin(OperatorAdmin):
    list_display = ("host", "partner", "kind", "state", "since", "created_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("host", "partner")
    search_fields = ("host__name", "partner__name", "partner_email")
    ordering = ("-created_at",)
    fields = ("id", "host", "partner", "partner_email", "kind", "state", "suspended_by", "proposer", "since", "created_at")  # fmt: skip


@admin.register(Agreement)
class AgreementAdmin(OperatorAdmin):
    list_display = ("title", "partnership", "kind", "state", "starts_on", "ends_on")
    list_filter = ("state", "kind", "ends_on")
    list_select_related = ("partnership__host", "partnership__partner")
    search_fields = ("title", "partnership__host__name", "partnership__partner__name")
    ordering = ("-created_at",)
    fields = ("id", "partnership", "drafter", "kind", "title", "classes", "starts_on", "ends_on", "state", "created_at")  # fmt: skip
