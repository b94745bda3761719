"""What only messages need."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime

from chat.fragments import message_html
from chat.resources import words_of

register = template.Library()
register.simple_tag(message_html)
register.filter("words", words_of)


@register.filter
def moment(said: str) -> datetime | None:
    """Return the moment that a resource tells as RFC 3339."""
    return parse_datetime(said) if said else None


ICONS = {
    "image": "image",
    "video": "film",
    "text": "file-text",
    "application/pdf": "file-text",
    "application/zip": "file-archive",
    "spreadsheet": "table",
    "excel": "table",
    "presentation": "presentation",
}


@register.filter
def file_icon(told: dict[str, Any]) -> str:
    """Return the icon of a file by its type."""
    kind = told["content_type"]
    return next((icon for part, icon in ICONS.items() if part in kind), "file")


@register.filter
def is_sound(told: dict[str, Any]) -> bool:
    return bool(told["content_type"].startswith("audio/"))


@register.filter
def clock(seconds: int) -> str:
    """Return seconds as people read a length: 65 is 1:05."""
    return f"{seconds // 60}:{seconds % 60:02}"
