"""What a group of people is told where a program would get a resource: one sentence, a few lines, and a way here."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from webhooks.catalogue import CATALOGUE, PING
from webhooks.resources import Shown

LONGEST = 300  # of what somebody wrote
LONGEST_NAME = 80
# Controls, and what turns the direction of writing: a name may not reach beyond itself.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+"
)


@dataclass(frozen=True)
class Word:
    """``title`` and ``link`` are ours; ``lines`` hold what people wrote, on one line each, and nothing of it is marked up."""

    title: str
    lines: tuple[str, ...]
    link: str
    url: str


def word_of(event: str, shown: Shown, organization: str, language: str) -> Word:
    """Return what is said of a resource in the language that the group reads."""
    with translation.override(language):
        if event == PING:
            lines: tuple[str, ...] = (_("It works: this group is told from now on."),)
            title, path = _("A test of Collab"), reverse("home")
        else:
            told = CATALOGUE[event]
            title = str(told.label)
            found, path = SAYINGS[told.group](shown.resource)
            lines = tuple(found)
        return Word(
            title, (*map(plain, lines), plain(organization)), _("Open"), f"{settings.PUBLIC_URL}{path}"
        )


def plain(said: Any, longest: int = LONGEST) -> str:
    """Return a text on one line, without what cannot be seen, and not longer than a group wants to read."""
    text = " ".join(_UNSEEN.sub(" ", str(said)).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _name(of: dict[str, Any] | None) -> str:
    return plain((of or {}).get("name") or "", LONGEST_NAME)


Said = tuple[list[str], str]


def _message(one: dict[str, Any]) -> Said:
    author = one["author"] or {}
    company = (author.get("org") or {}).get("name") or author.get("company") or ""
    who = f"{_name(author)} ({plain(company, LONGEST_NAME)})" if company else _name(author)
    return [f"{who}: {plain(one['body'])}"], _to("channel", one["channel"])


def _approval(one: dict[str, Any]) -> Said:
    about = f"{plain(one['number'] or '', 40)} {plain(one['title'])}".strip()
    return [about, _name(one["initiator"])], _to("approval", one["id"])


def _workspace(one: dict[str, Any]) -> Said:
    return [plain(one["name"])], _to("workspace", one["id"])


def _participant(one: dict[str, Any]) -> Said:
    return [_name(one["org"])], _to("workspace", one["workspace"])


def _partnership(one: dict[str, Any]) -> Said:
    sides = [_name(one["host"]), _name(one["partner"]) or plain(one["partner_email"], LONGEST_NAME)]
    return [" — ".join(side for side in sides if side)], _to("partnership", one["id"])


def _member(one: dict[str, Any]) -> Said:
    return [_name(one["user"])], _to("org_members", one["org"]["id"])


SAYINGS = {
    "message": _message,
    "approval": _approval,
    "workspace": _workspace,
    "participant": _participant,
    "partnership": _partnership,
    "member": _member,
}


def _to(name: str, pk: UUID | str) -> str:
    return reverse(name, args=[pk])
