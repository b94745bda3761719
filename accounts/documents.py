"""The terms and the privacy notice: files of the operator's, in both languages, each with the day it came into force.

That day is its version: when it changes, everybody is asked again. Files are read once a process.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

KINDS = ("terms", "privacy")
_HEAD = re.compile(r"---\nversion: *(\d{4}-\d\d-\d\d)\ntitle: *(.+)\n---\n")


@dataclass(frozen=True)
class Document:
    kind: str
    version: date
    title: str
    html: SafeString


def document(kind: str) -> Document:
    """Return the terms or the privacy notice in the language of the page."""
    return _shelf(settings.TERMS_DIR)[kind, _language()]


def documents() -> list[Document]:
    return [document(kind) for kind in KINDS]


def in_force() -> str:
    """Return which versions stand, as ``User.agreed_to`` keeps them: ``2026-11-01 2026-11-01``."""
    return " ".join(f"{one.version}" for one in documents())


def _language() -> str:
    spoken = get_language() or ""
    return spoken if spoken in dict(settings.LANGUAGES) else "en"


@cache
def _shelf(folder: Path) -> dict[tuple[str, str], Document]:
    return {
        (kind, language): _read(kind, folder / f"{kind}.{language}.md")
        for kind in KINDS
        for language, _ in settings.LANGUAGES
    }


def _read(kind: str, file: Path) -> Document:
    text = file.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{file} does not begin with ---, version: YYYY-MM-DD, title: ..., ---")
    html = MarkdownIt("commonmark", {"html": False}).render(text[head.end() :])
    shown = mark_safe(html)  # noqa: S308  the operator's own file, and its HTML is escaped
    return Document(kind, date.fromisoformat(head[1]), head[2].strip(), shown)


@register
def check_documents(**kwargs: object) -> list[Error]:
    """Stop a start with documents that cannot be shown, or whose languages are of different days."""
    try:
        shelf = _shelf(settings.TERMS_DIR)
    except (OSError, ValueError) as error:
        return [Error(f"TERMS_DIR: {error}", id="accounts.E001")]
    apart = [kind for kind in KINDS if len({shelf[kind, one].version for one, _ in settings.LANGUAGES}) > 1]
    return [
        Error(f"TERMS_DIR: the languages of {kind} have different versions", id="accounts.E002")
        for kind in apart
    ]
