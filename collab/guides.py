"""The guides of ``docs/`` as pages in the reader's language, for people who never see the repository."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(settings.BASE_DIR) / "docs"
ORDER = ("members", "across", "administrators", "operators", "api")
_OTHER_LANGUAGE = re.compile(r"^\[(?:English|简体中文)\]\([\w.-]+\)\n\n", re.M)
_GUIDE = re.compile(r"([a-z]+)(?:\.zh-hans)?\.md(#.*)?")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Guide:
    name: str
    title: str
    html: SafeString


@login_not_required
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    return redirect("guide", ORDER[0])


@login_not_required
@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    shelf = shelf_in(get_language() or "en")
    if name not in shelf:
        raise Http404
    return render(request, "collab/guide.html", {"guide": shelf[name], "guides": shelf.values()})


@cache
def shelf_in(language: str) -> dict[str, Guide]:
    """Return the guides that are there, by name; they change only with the code."""
    end = ".zh-hans.md" if language == "zh-hans" else ".md"
    files = {name: DOCS / f"{name}{end}" for name in ORDER}
    return {name: read(name, file) for name, file in files.items() if file.exists()}


def read(name: str, file: Path) -> Guide:
    text = _OTHER_LANGUAGE.sub("", file.read_text(encoding="utf-8"), count=1)
    title, _, rest = text.partition("\n")
    tokens = _markdown.parse(rest)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[place + 1].content))
        _settle(token.children or [])
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Guide(name, title.removeprefix("# "), mark_safe(html))  # noqa: S308  our own files, HTML escaped


def anchor(heading: str) -> str:
    """Return the name of a heading, as GitHub makes it: a link works there and here."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _settle(line: list[Token]) -> None:
    """Turn what leads from file to file into what leads from page to page; other files are only named."""
    tag = "a"
    for token in line:
        if token.type == "image":
            token.attrSet("src", static(str(token.attrGet("src")).replace("images/", "guides/", 1)))
            token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            tag = token.tag = _lead(token)
        elif token.type == "link_close":
            token.tag = tag


def _lead(link: Token) -> str:
    where = str(link.attrGet("href"))
    if found := _GUIDE.fullmatch(where):
        link.attrSet("href", reverse("guide", args=[found[1]]) + (found[2] or ""))
    elif not where.startswith(("http", "#")):
        link.attrs = {}
        return "span"
    return "a"


guide_urlpatterns = [
    path("guides/", guides, name="guides"),
    path("guides/<slug:name>/", guide, name="guide"),
]
