"""What somebody typed, as safe HTML: Markdown without raw HTML, no pictures from elsewhere, links that say so."""

import re
from collections.abc import Iterator
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "span",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "span": {"class", "data-person"}, "code": {"class"}}

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_markdown.disable("image")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%-]*[A-Za-z0-9_~/=&#-]")


def html_of(body: str, people: dict[UUID, str] | None = None) -> str:
    """Return ``body`` as HTML. Nobody's typing reaches a page except through here.

    Args:
        people: those mentioned; ``@Name`` of one of them is marked, the longest name first.
    """
    tokens = _markdown.parse(body)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_spoken(token.children, people or {}))
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _spoken(children: list[Token], people: dict[UUID, str]) -> Iterator[Token]:
    """Yield the pieces of a line; plain words get their addresses and mentions marked, code and links none."""
    in_link = 0
    for child in children:
        in_link += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type == "text" and not in_link:
            yield from _marked(child.content, people)
        else:
            yield child


def _marked(text: str, people: dict[UUID, str]) -> Iterator[Token]:
    named = {f"@{name}": user_id for user_id, name in people.items() if name}
    names = "|".join(re.escape(one) for one in sorted(named, key=len, reverse=True))
    pieces = re.compile(f"{_ADDRESS.pattern}|{names}" if names else _ADDRESS.pattern)
    at = 0
    for found in pieces.finditer(text):
        yield _text(text[at : found.start()])
        said, at = found[0], found.end()
        opening = Token("link_open", "a", 1, attrs={"href": said})
        if said in named:
            opening = Token(
                "mention_open", "span", 1, attrs={"class": "mention", "data-person": str(named[said])}
            )
        yield from (opening, _text(said), Token(opening.type.replace("open", "close"), opening.tag, -1))
    yield _text(text[at:])


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def found_in(body: str, people: dict[UUID, str]) -> list[UUID]:
    """Return who of ``people`` is named in ``body`` by an @ and their name; of two that fit, the longer name."""
    found = []
    for user_id, name in sorted(people.items(), key=lambda one: len(one[1]), reverse=True):
        if name and f"@{name}" in body:
            found.append(user_id)
            body = body.replace(f"@{name}", " ")
    return found
