"""Channels as the platform's operators see them: where, since when, how busy; never a word of what is said."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from chat.models import Channel


@admin.register(Channel)
class ChannelAdmin(ModelAdmin):
    list_display = ("id", "workspace", "kind", "internal_to", "state", "posts", "created_at")
    list_filter = ("kind", "state", "created_at")
    list_select_related = ("workspace", "internal_to")
    search_fields = ("workspace__name",)
    fields = ("id", "workspace", "kind", "internal_to", "state", "last_seq", "created_at")
    readonly_fields = fields
    ordering = ("-created_at",)

    @admin.display(description=_("Posts"))
    def posts(self, channel: Any) -> int:
        return channel.last_seq

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
