"""What operators see of approvals: that they move, and between whom; never what a form or a comment says."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from approvals.models import Definition, Instance
from kernel.admin import OperatorAdmin


@admin.register(Instance)
class InstanceAdmin(OperatorAdmin):
    list_display = ["number", "definition_key", "acting_org", "state", "round", "submitted_at", "settled_at"]
    list_filter = ["state", "submitted_at", "acting_org"]
    list_select_related = ["definition", "acting_org"]
    search_fields = ["number", "acting_org__name", "definition__key"]
    ordering = ["-id"]
    fields = [
        "id",
        "number",
        "definition_key",
        "acting_org",
        "state",
        "round",
        "form_rev",
        "submitted_at",
        "settled_at",
    ]

    @admin.display(description=_("Key"))
    def definition_key(self, instance: Instance) -> str:
        return instance.definition.key


@admin.register(Definition)
class DefinitionAdmin(OperatorAdmin):
    list_display = ["key", "organization", "current_number", "created_at"]
    list_filter = ["organization"]
    list_select_related = ["organization", "current"]
    search_fields = ["key", "organization__name"]
    fields = ["key", "organization", "current_number", "created_at"]

    @admin.display(description=_("Version"))
    def current_number(self, definition: Definition) -> int | None:
        return definition.current.number if definition.current else None
