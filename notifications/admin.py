"""What operators see: that mail leaves, and why some did not; never to whom or what it said."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ModelAdmin):
    list_display = ["id", "created_at", "template", "state", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["state", "template", "created_at"]
    search_fields = ["id", "template", "error"]
    fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
