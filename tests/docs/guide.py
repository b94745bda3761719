"""A guide as the tests read it: its commands, the answers it promises, its programs."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
STATUS = re.compile(r"`(\d{3})`[:：]\s*\Z")
ANYTHING = "…"


@dataclass
class Call:
    """One ``curl``, with the names that earlier answers gave put in."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    file: str = ""

    @classmethod
    def of(cls, command: str, names: dict[str, str]) -> "Call":
        whole = command.replace("\\\n", " ")
        words = iter(shlex.split(Template(whole).substitute(names)))
        assert next(words) == "curl", command
        call = cls()
        for word in words:
            match word:
                case "-X":
                    call.method = next(words)
                case "-H":
                    name, _, value = next(words).partition(": ")
                    call.headers[name] = value
                case "-d":
                    call.body = next(words)
                    call.method = "POST" if call.method == "GET" else call.method
                case "-o":
                    call.file = next(words)
                case _:
                    assert not word.startswith("-"), f"the tests know no {word}"
                    assert not call.url, f"two addresses: {call.url} {word}"
                    call.url = word
        return call


@dataclass
class Step:
    command: str
    status: int | None = None
    answer: str = ""


def blocks(guide: str, language: str | None = None) -> list[str]:
    found = BLOCK.findall((DOCS / guide).read_text(encoding="utf-8"))
    return [text for name, text in found if language in (None, name)]


def steps(guide: str) -> Iterator[Step]:
    """Yield every call of a guide with the answer that stands below it."""
    text, waiting = (DOCS / guide).read_text(encoding="utf-8"), None
    for found in BLOCK.finditer(text):
        language, block = found.groups()
        if language == "sh" and block.startswith("curl"):
            if waiting:
                yield waiting
            waiting = Step(block)
        elif language == "json":
            promised = STATUS.search(text[: found.start()])
            assert waiting, f"what is this the answer to? {block}"
            assert promised, f"which status has this answer? {block}"
            waiting.status, waiting.answer = int(promised[1]), block
    if waiting:
        yield waiting


def compare(shown: Any, real: Any, names: dict[str, str], where: str = "") -> None:
    """Hold a real answer against the one shown, which may leave things out; learn the names it gives."""
    if isinstance(shown, dict):
        for key, one in shown.items():
            assert key in real, f"{where}/{key} is not in the answer"
            compare(one, real[key], names, f"{where}/{key}")
    elif isinstance(shown, list):
        assert len(real) >= len(shown), f"{where} has fewer entries than shown"
        for place, one in enumerate(shown):
            compare(one, real[place], names, f"{where}/{place}")
    elif isinstance(shown, str) and shown.startswith("$"):
        assert names.setdefault(shown[1:], real) == real, f"{where} is another {shown}"
    elif isinstance(shown, str) and "$" in shown:
        assert Template(shown).substitute(names) == real, f"{where} is {real!r}"
    elif shown != ANYTHING:
        assert shown == real, f"{where} is {real!r}"
