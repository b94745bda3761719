"""How a name is drawn: initials and a hue that stay the same wherever the name appears."""

import re
from typing import Any
from uuid import UUID
from zlib import crc32

HUES = 10
ORG_HUES = 5
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def part(thing: Any, name: str) -> Any:
    """Return ``thing.name`` or ``thing["name"]``, else None."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def initials(name: str) -> str:
    """Return at most two letters: Jonas Weber is JW, 王雪 is 雪."""
    name = name.strip()
    if not name:
        return "?"
    if has_han(name[-1]):
        return name[-1]
    words = [word for word in re.split(r"[\s._@-]+", name) if word[:1].isalnum()] or [name]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue_of(key: Any, hues: int = HUES) -> int:
    """Return 1 to ``hues``, always the same for one key; a key of a row counts as the number it is."""
    try:
        number = (key if isinstance(key, UUID) else UUID(str(key))).int
    except ValueError:
        number = crc32(str(key).encode())
    return number % hues + 1
