"""What operators see of the record: that it runs and holds, never what it is about in detail."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.models import Chain, Entry, Outbox
from audit.operations import retry_parked
from kernel.admin import Act, OperatorAdmin


@admin.register(Entry)
class EntryAdmin(OperatorAdmin):
    list_display = ["seq", "at", "name", "actor_name", "org_name", "subject_type", "chain"]
    list_filter = ["chain__kind", "at"]
    list_select_related = ["chain"]
    search_fields = ["name", "actor_name", "org_name", "request_id"]
    ordering = ["-id"]
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
class OutboxAdmin(OperatorAdmin):
    """What waits to be sealed or read, and what was put aside."""

    list_display = ["id", "at", "name", "sealed_at", "attempts", "error", "parked_at"]
    list_filter = ["parked_at", "sealed_at"]
    search_fields = ["name", "error"]
    fields = ["id", "at", "name", "sealed_at", "attempts", "due_at", "parked_at", "error", "read_by"]
    acts = {"retry": Act(retry_parked, "event", _("Try again"))}


@admin.register(Chain)
class ChainAdmin(OperatorAdmin):
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
