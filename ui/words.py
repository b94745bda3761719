"""What somebody typed, as safe HTML: Markdown without raw HTML, no pictures from elsewhere, links that say so."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from ui.code import coloured

TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "span",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "span": {"class", "data-person"}, "code": {"class"}, "div": {"class"}, "li": {"class"},
}  # fmt: skip
TASK = re.compile(r"\[([ xX])\] (?=\S)")
# What turns the direction of all that follows, and what nobody sees in a name or an address.
TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
UNSEEN = TURNING | dict.fromkeys(
    [0x00AD, 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x2060, 0x3164, 0xFEFF, 0xFFA0]
)

MOST_BRACKETS = 500  # beyond them to look for links takes seconds, and they stand as they were typed
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%-]*[A-Za-z0-9_~/=&#-]")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?[.。．])+[^\W\d_]{2,}")


def plain_name(name: str) -> str:
    """Return a name without what turns or hides its letters: it may pass for no other."""
    return name.translate(UNSEEN)


def html_of(
    body: str,
    people: dict[UUID, str] | None = None,
    *,
    together: Sequence[str] = (),
    places: dict[str, str] | None = None,
) -> str:
    """Return ``body`` as HTML. Nobody's typing reaches a page except through here.

    Args:
        people: those mentioned; ``@Name`` of one of them is marked, the longest name first.
        together: words that name several at once, such as ``@channel``.
        places: addresses by the words that stand for them, such as ``#general``.
    """
    marks = {one: Token("mention_open", "span", 1, attrs={"class": "mention together"}) for one in together}
    for user_id, name in (people or {}).items():
        if name:
            attributes: dict[str, str | int | float] = {"class": "mention", "data-person": str(user_id)}
            marks[f"@{name}"] = Token("mention_open", "span", 1, attrs=attributes)
    marks |= {said: Token("link_open", "a", 1, attrs={"href": to}) for said, to in (places or {}).items()}
    markdown = _markdown if body.count("[") <= MOST_BRACKETS else _linkless
    tokens = markdown.parse(body.translate(TURNING))
    for place, token in enumerate(tokens):
        if token.type == "inline" and token.children:
            _tick(tokens, place)
            token.children = list(_with_true_hosts(list(_spoken(token.children, marks))))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _fence(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    drawn = coloured(token.content, token.info)
    return f"<pre><code>{escapeHtml(token.content) if drawn is None else drawn}</code></pre>\n"


def _table(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A wide table scrolls by itself, not the page."""
    return '<div class="wide"><table>' if tokens[at].nesting > 0 else "</table></div>"


def _made(*left_out: str) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    markdown.enable(["table", "strikethrough"]).disable(["image", *left_out])
    for name, drawing in {"fence": _fence, "table_open": _table, "table_close": _table}.items():
        markdown.add_render_rule(name, drawing)
    return markdown


_markdown, _linkless = _made(), _made("link")


def _tick(tokens: list[Token], place: int) -> None:
    """Make a task of a list's item that begins with ``[ ]`` or ``[x]``."""
    children = tokens[place].children or []
    box = TASK.match(children[0].content) if children and children[0].type == "text" else None
    if box is None or place < 2 or tokens[place - 2].type != "list_item_open":
        return
    tokens[place - 2].attrSet("class", "task")
    children[0].content = f"{'☐' if box[1] == ' ' else '☑'} {children[0].content[box.end() :]}"


def _with_true_hosts(children: list[Token]) -> Iterator[Token]:
    """Yield the pieces of a line; behind a link whose words look like another address stands where it leads."""
    leads, words = "", ""
    for child in children:
        if child.type == "link_open":
            leads, words = str(child.attrGet("href") or ""), ""
        elif child.type in ("text", "code_inline"):
            words += child.content
        yield child
        if child.type == "link_close" and (host := _passed_over(words, leads)):
            shown = Token("host_open", "span", 1, attrs={"class": "true-host"})
            yield from (shown, _text(f" ({host})"), Token("host_close", "span", -1))


def _passed_over(words: str, leads: str) -> str:
    """Return where a link leads, if its words name another host."""
    said = _HOST.search(unicodedata.normalize("NFKC", words.translate(UNSEEN)).casefold())
    try:
        host = (urlsplit(leads).hostname or "").casefold()
    except ValueError:
        host = ""
    if said is None or leads.startswith("mailto:"):
        return ""
    is_same = said[0].removeprefix("www.") == host.removeprefix("www.")
    return "" if is_same else host or leads[:60]


def _spoken(children: list[Token], marks: dict[str, Token]) -> Iterator[Token]:
    """Yield the pieces of a line; plain words get their addresses and names marked, code and links none."""
    names = "|".join(re.escape(one) for one in sorted(marks, key=len, reverse=True))
    pieces = re.compile(f"{_ADDRESS.pattern}|{names}" if names else _ADDRESS.pattern)
    in_link = 0
    for child in children:
        in_link += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type == "text" and not in_link:
            yield from _marked(child.content, pieces, marks)
        else:
            yield child


def _marked(text: str, pieces: re.Pattern[str], marks: dict[str, Token]) -> Iterator[Token]:
    at = 0
    for found in pieces.finditer(text):
        yield _text(text[at : found.start()])
        said, at = found[0], found.end()
        opening = marks.get(said) or Token("link_open", "a", 1, attrs={"href": said})
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
