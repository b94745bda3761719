"""A message as HTML: the same for every viewer, so it is drawn once and kept while it says the same."""

from functools import lru_cache
from typing import Any

import orjson
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

OF_THE_PAGE = {"is_first_unread", "is_saved"}  # what differs between readers is marked beside the fragment
BEGINS, SAVED = '<li class="msg"', '<li class="msg" data-saved'
KEPT = 2000  # fragments of a few kilobytes, in each process


def message_html(message: dict[str, Any]) -> SafeString:
    """Draw a message as ``chat.resources`` tells it, in the active language and time zone."""
    said = orjson.dumps({name: value for name, value in message.items() if name not in OF_THE_PAGE})
    draw = _drawn.__wrapped__ if message["thread"]["count"] else _drawn  # how long ago it was answered passes
    drawn = draw(said, get_language() or "", timezone.get_current_timezone_name())
    return mark_safe(drawn.replace(BEGINS, SAVED, 1) if message.get("is_saved") else drawn)  # noqa: S308  a template's


@lru_cache(KEPT)
def _drawn(said: bytes, language: str, zone: str) -> str:
    return render_to_string("chat/_message.html", {"message": orjson.loads(said)})
