"""What only messages need."""

from datetime import datetime

from django import template
from django.utils.dateparse import parse_datetime

from chat.fragments import message_html

register = template.Library()
register.simple_tag(message_html)


@register.filter
def moment(said: str) -> datetime | None:
    """Return the moment that a resource tells as RFC 3339."""
    return parse_datetime(said) if said else None
