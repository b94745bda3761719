"""What somebody typed, as safe HTML: Markdown without raw HTML, no pictures from elsewhere, links that say so."""

import re
from uuid import UUID

import nh3
from django.utils.html import escape
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "span",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "span": {"class", "data-person"}, "code": {"class"}}

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_markdown.disable("image")
_ADDRESS = re.compile(r"(?<![\w/\"'(<=\[])(https?://[^\s<>()\[\]]+[^\s<>()\[\].,;:!?，。；：！？、])")


def html_of(body: str, people: dict[UUID, str] | None = None) -> str:
    """Return ``body`` as HTML. Nobody's typing reaches a page except through here.

    Args:
        people: those mentioned; ``@Name`` of one of them is marked.
    """
    linked = _ADDRESS.sub(r"<\1>", body)
    html = _markdown.render(linked)
    for user_id, name in (people or {}).items():
        said = f"@{escape(name)}"
        html = html.replace(said, f'<span class="mention" data-person="{user_id}">{said}</span>')
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def found_in(body: str, people: dict[UUID, str]) -> list[UUID]:
    """Return who of ``people`` is named in ``body`` by an @ and their name."""
    return [user_id for user_id, name in people.items() if name and f"@{name}" in body]
