"""Workspaces as the platform's operators see them: whose, since when, how large; never what is said in them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.admin import OperatorAdmin
from workspaces.models import Workspace


@admin.register(Workspace)
class WorkspaceAdmin(OperatorAdmin):
    list_display = ("name", "host", "classification", "state", "organizations", "people", "created_at")
    list_filter = ("state", "classification", "created_at")
    list_select_related = ("host",)
    search_fields = ("name", "host__name")
    fields = ("id", "name", "host", "classification", "state", "created_at")
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counted = {"orgs": Count("participants", distinct=True), "seats": Count("members", distinct=True)}
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description=_("Organizations"))
    def organizations(self, workspace: Any) -> int:
        return workspace.orgs

    @admin.display(description=_("People"))
    def people(self, workspace: Any) -> int:
        return workspace.seats
