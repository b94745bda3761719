"""What operators see of approvals: that they move, and between whom; never what a form or a comment says."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals.models import Definition, Instance


class ReadOnly(ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Instance)
class InstanceAdmin(ReadOnly):
    list_display = ["number", "definition_key", "acting_org", "state", "round", "submitted_at", "settled_at"]
    list_filter = ["state", "submitted_at", "acting_org"]
    list_select_related = ["definition", "acting_org"]
    search_fields = ["number", "acting_org__name", "definition__key"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = [
        "number",
        "definition_key",
        "acting_org",
        "state",
        "round",
        "form_rev",
        "submitted_at",
        "settled_at",
    ]

    @admin.display(description="key")
    def definition_key(self, instance: Instance) -> str:
        return instance.definition.key


@admin.register(Definition)
class DefinitionAdmin(ReadOnly):
    list_display = ["key", "organization", "current_number", "created_at"]
    list_filter = ["organization"]
    list_select_related = ["organization", "current"]
    search_fields = ["key", "organization__name"]
    fields = ["key", "organization", "current_number", "created_at"]

    @admin.display(description="version")
    def current_number(self, definition: Definition) -> int | None:
        return definition.current.number if definition.current else None
