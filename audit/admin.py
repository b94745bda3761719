"""What operators see of the record: that it runs and holds, never what it is about in detail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from audit.models import Chain, Entry, Outbox


class ReadOnly(ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["seq", "at", "name", "actor_name", "org_name", "subject_type", "chain"]
    list_filter = ["chain__kind", "at"]
    list_select_related = ["chain"]
    search_fields = ["name", "actor_name", "org_name", "request_id"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = [
        "chain",
        "seq",
        "at",
        "name",
        "actor_id",
        "actor_name",
        "via",
        "org_id",
        "org_name",
        "workspace_id",
        "subject_type",
        "subject_id",
        "request_id",
        "correlation",
    ]


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    """What waits to be sealed or read, and what was put aside."""

    list_display = ["id", "at", "name", "sealed_at", "attempts", "error", "parked_at"]
    list_filter = ["parked_at", "sealed_at"]
    search_fields = ["name", "error"]
    fields = ["id", "at", "name", "sealed_at", "attempts", "due_at", "parked_at", "error", "read_by"]


@admin.register(Chain)
class ChainAdmin(ReadOnly):
    list_display = [
        "kind",
        "noun_id",
        "last_seq",
        "verified_seq",
        "verified_at",
        "walked_at",
        "flaw_seq",
        "flaw",
    ]
    list_filter = ["kind", "flaw"]
    search_fields = ["noun_id"]
    fields = list_display
