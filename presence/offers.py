"""What one says of oneself, said behind a slash."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from presence.moments import Quiet, Span
from presence.operations import ask_for_quiet, be_back, clear_status, set_status
from presence.queries import rest_of
from ui.offers import Answer, Command, commands

OFF = ("off", "clear", "none", "清除", "取消", "关")
# How long, as it may be said last; in Chinese as one writes it.
LASTING = {
    "30m": "30m", "30分钟": "30m", "半小时": "30m", "1h": "1h", "1小时": "1h", "4h": "4h", "4小时": "4h",
    "today": "today", "今天": "today", "week": "week", "本周": "week", "tomorrow": "tomorrow", "明天": "tomorrow",
}  # fmt: skip


@commands.feed(place=25)
def of_oneself(request: HttpRequest, channel: Any) -> Iterator[Command]:
    yield Command(
        names=("status", "状态"),
        label=_("Say something of yourself beside your name"),
        hint=_("🍜 At lunch 1h, or off"),
        icon="smile",
        heed=lambda said: stated(request, said),
    )
    yield Command(
        names=("dnd", "勿扰"),
        label=_("Be disturbed by nothing for a while"),
        hint=_("1h, tomorrow, or off"),
        icon="moon",
        heed=lambda said: silenced(request, said),
    )


def stated(request: HttpRequest, said: str) -> Answer:
    """Take on a status, for today where nothing else is said."""
    if said.casefold() in OFF:
        clear_status(actor=request.actor)
        return Answer(text=_("Your status is taken away."))
    words, lasts = _parted(said, Span.values, Span.TODAY)
    emoji, _space, rest = words.partition(" ")
    if not emoji or unicodedata.category(emoji[0]) != "So":
        emoji, rest = "", words
    span = Span(lasts)
    until = span.end(timezone.now(), request.user.time_zone)
    status = set_status(actor=request.actor, emoji=emoji, words=rest, until=until)
    shown = f"{status.emoji} {status.words}".strip()
    text = _("Others read {status} beside your name: {span}.").format(status=shown, span=span.label)
    return Answer(text=text, undo=("DELETE", reverse("api_own_status")))


def silenced(request: HttpRequest, said: str) -> Answer:
    """Fall silent, for an hour where nothing else is said."""
    if said.casefold() in OFF:
        be_back(actor=request.actor)
        return Answer(text=_("You are told again."))
    _words, lasts = _parted(said, Quiet.values, Quiet.HOUR)
    quiet = Quiet(lasts)
    until = quiet.end(timezone.now(), rest_of(request.actor), request.user.time_zone)
    ask_for_quiet(actor=request.actor, until=until)
    text = _("Nothing disturbs you that is not urgent: {span}.").format(span=quiet.label)
    return Answer(text=text, undo=("DELETE", reverse("api_do_not_disturb")))


def _parted(said: str, known: list[str], usual: str) -> tuple[str, str]:
    """Return the words and how long they are to stand, as their last word says."""
    words, _space, last = said.strip().rpartition(" ")
    lasts = LASTING.get(last.casefold(), "")
    return (words.strip(), lasts) if lasts in known and lasts else (said.strip(), usual)
