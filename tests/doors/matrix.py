"""Who hears what at which door: ``matrix.txt``, as it is written and as it is read.

One line a method and address, two groups of seventeen letters: what each kind hears of Northwind's things in
the room it shares with Southbay, and of what it keeps to itself. An address without ids has one group.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.doors.addresses import METHODS, Address, addresses
from tests.doors.kinds import KINDS
from tests.doors.table import API, PAGES, rows

TABLE = Path(__file__).with_name("matrix.txt")
# How the letters stand: stranger, ours, theirs, outsiders, unrelated, both, operator.
GROUPS = (1, 7, 2, 3, 1, 2, 1)
LETTERS = {401: "i", 403: "x", 404: ".", 405: "m", 409: "n", 415: "v", 422: "v", 503: "s"}
EXPECTED = rows(API, "api/v1/") | rows(PAGES)


@dataclass(frozen=True)
class Door:
    method: str
    address: Address

    @property
    def name(self) -> str:
        return f"{self.method:6} {self.address.route or '/'}"


def doors() -> Iterator[Door]:
    for address in addresses():
        for method in METHODS:
            if method in EXPECTED[address.route][0]:
                yield Door(method, address)


def letter(answer: Any) -> str:
    """Return ``o`` for what went well, ``i`` for the way to sign in, a dot for what does not exist, ..."""
    status = answer.status_code
    if status == 302 and answer.headers["Location"].startswith("/sign-in/"):
        return "i"
    return "o" if status < 400 else LETTERS.get(status, "!")


def written(name: str, shared: str, own: str) -> str:
    return f"{name:96} {_spaced(shared)}" + (f"   {_spaced(own)}" if own else "")


def _spaced(letters: str) -> str:
    parts, at = [], 0
    for size in GROUPS:
        parts.append(letters[at : at + size])
        at += size
    return " ".join(parts)


def table() -> dict[str, list[str]]:
    """Return of each door one or two groups of letters, in the order of ``KINDS``."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#") and line.strip():
            method, route, *letters = line.split()
            said = "".join(letters)
            size = len(KINDS)
            found[f"{method:6} {route}"] = [said[at : at + size] for at in range(0, len(said), size)]
    return found
