"""Channels as the platform's operators see them: where, since when, how busy; never a word of what is said."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.models import Channel
from kernel.admin import OperatorAdmin


@admin.register(Channel)
class ChannelAdmin(OperatorAdmin):
    list_display = ("id", "workspace", "kind", "internal_to", "state", "posts", "created_at")
    list_filter = ("kind", "state", "created_at")
    list_select_related = ("workspace", "internal_to")
    search_fields = ("workspace__name",)
    fields = ("id", "workspace", "kind", "internal_to", "state", "last_seq", "created_at")
    ordering = ("-created_at",)

    @admin.display(description=_("Posts"))
    def posts(self, channel: Any) -> int:
        return channel.last_seq
