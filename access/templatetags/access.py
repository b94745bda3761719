"""What templates say of access."""

from typing import Any

from django import template

from access.kinds import has_kind, kind_of
from access.views import page_of

register = template.Library()


@register.simple_tag
def access_page(thing: Any) -> str:
    """Return where one reads why one may not, and asks; nothing for what has no access of its own."""
    return page_of(kind_of(thing), thing) if has_kind(thing) else ""
