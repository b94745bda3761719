"""The words of a message, as search knows them; PostgreSQL adds the stems of English ones.

Chinese is written without spaces. jieba says where its words begin and end, but may cut the same ones otherwise in another
sentence; so each pair of neighbouring characters is kept as well, and whatever stands there is found by two of them.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import nh3
import rjieba

LONGEST = 64  # characters of one word; a key or an address has no end
LINK, FILE = "has:link", "has:file"  # no word holds a colon
ENDING = re.compile(r"(?<=[a-z]{3})(?:ies|ing|ed|es|e|s|y)$")  # of an English word, whatever its form
_HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
_IGNORED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def folded(text: str) -> str:
    """Return ``text`` without what nobody sees and in one width and case, so that what looks alike is alike."""
    return unicodedata.normalize("NFKC", text.translate(_IGNORED)).casefold()


def words_of(body: str) -> str:
    """Return every word to find a message by, once, with spaces between them."""
    found: dict[str, None] = {}
    for han, other in _RUN.findall(folded(body)):
        found |= dict.fromkeys([*rjieba.cut_for_search(han), *pairs(han)] if han else [other[:LONGEST]])
    return " ".join(found)


def said_in(body: str, attached: list[dict[str, Any]]) -> str:
    """Return all that a message says, the names of its files too."""
    return "\n".join([body, *(str(one.get("name", "")) for one in attached)])


def text_of(drawn: str) -> str:
    """Return the words of a message without its marks."""
    return " ".join(html.unescape(nh3.clean(drawn, tags=set())).split())


def marks_of(drawn: str, attached: list[dict[str, Any]]) -> list[str]:
    return [*([LINK] if "<a " in drawn else []), *([FILE] if attached else [])]


def pairs(han: str) -> list[str]:
    return [han[at : at + 2] for at in range(len(han) - 1)]


def sought(asked: str) -> list[str]:
    """Return the words that somebody looks for: all of them must stand in a message, in any order.

    A single character beside longer words says too little to look for.
    """
    found: dict[str, None] = {}
    for han, other in _RUN.findall(folded(asked)):
        found |= dict.fromkeys(_meant(han) if han else [other[:LONGEST]])
    return list(found)


def _meant(han: str) -> list[str]:
    return [one for one in rjieba.cut(han) if len(one) > 1] or pairs(han) or [han]


def clauses(words: list[str]) -> Iterator[str]:
    """Yield one question of PostgreSQL's for each word. The last word may still be being typed."""
    for place, word in enumerate(words, 1):
        if re.fullmatch(f"[{_HAN}]{{3,}}", word):
            yield f"{word} | ({' & '.join(pairs(word))})"
        else:
            yield f"{word}:*" if place == len(words) and len(word) > 2 and word.isalpha() else word
