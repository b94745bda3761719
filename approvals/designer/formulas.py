"""Formulas as people write them: ``row.pieces * row.price``, ``sum(lines.cost) + 5``, ``round(a / b, 2)``."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput

TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)|([-+*/×÷−(),，]))", re.ASCII | re.I
)
SIGNS = {"×": "*", "÷": "/", "−": "-", "，": ","}
OF_NAME, OF_ONE, OF_MANY = ("sum", "count", "days"), ("abs",), ("min", "max")
LONGEST, DEEPEST = 1_000, 16


def read(text: str) -> Any:
    """Return the formula that a text says.

    Raises:
        InvalidInput: it cannot be read, as a whole.
    """
    reader = _Reader(text)
    found = reader.sum(1)
    if reader.now is not None:
        raise _unread()
    return found


def _unread() -> InvalidInput:
    return InvalidInput.at("", "format", _("This formula cannot be read."))


class _Reader:
    """One walk over one text, from left to right."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise _unread()
        self.tokens: list[str] = []
        at = 0
        text = text.strip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise _unread()
            token = found[1] or found[2] or found[3]
            self.tokens.append(SIGNS.get(token, token))
            at = found.end()
        self.tokens.reverse()

    @property
    def now(self) -> str | None:
        return self.tokens[-1] if self.tokens else None

    def take(self, wanted: str = "") -> str:
        if self.now is None or (wanted and self.now != wanted):
            raise _unread()
        return self.tokens.pop()

    def sum(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise _unread()
        found = self.product(depth)
        while self.now in ("+", "-"):
            sign, other = self.take(), self.product(depth)
            found = _joined("add" if sign == "+" else "sub", found, other)
        return found

    def product(self, depth: int) -> Any:
        found = self.single(depth)
        while self.now in ("*", "/"):
            sign, other = self.take(), self.single(depth)
            found = _joined("mul" if sign == "*" else "div", found, other)
        return found

    def single(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise _unread()
        token = self.take()
        if token == "-":
            return {"neg": self.single(depth + 1)}
        if token == "(":
            found = self.sum(depth + 1)
            self.take(")")
            return found
        if token[0].isdigit():
            return int(token) if token.isdigit() and len(token) < 16 else token
        if token[0].isalpha():
            return self.call(token, depth) if self.now == "(" else f"${token}"
        raise _unread()

    def call(self, name: str, depth: int) -> Any:
        self.take("(")
        of = [self.sum(depth + 1)]
        while self.now == ",":
            self.take()
            of.append(self.sum(depth + 1))
        self.take(")")
        if name in OF_MANY or (name == "round" and len(of) == 2):
            return {name: of}
        if len(of) == 1 and (name in OF_ONE or (name in OF_NAME and isinstance(of[0], str))):
            return {name: of[0]}
        raise _unread()


def _joined(name: str, one: Any, other: Any) -> Any:
    """Several that are added or multiplied on end are one sum, one product."""
    if name in ("add", "mul") and isinstance(one, dict) and list(one) == [name]:
        return {name: [*one[name], other]}
    return {name: [one, other]}


def written(said: Any) -> str | None:
    """Return a formula as people write it; None where it says something that would not be read as the same."""
    try:
        text = _written(said, 0)
        return text if read(text) == said else None
    except (InvalidInput, TypeError, ValueError, KeyError, AttributeError, RecursionError):
        return None


WEIGHT = {"add": 1, "sub": 1, "mul": 2, "div": 2}
SIGN = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / "}


def _written(said: Any, around: int) -> str:
    if isinstance(said, str):
        return said.removeprefix("$")
    if isinstance(said, int):
        return str(said)
    ((name, of),) = said.items()
    if name in WEIGHT:
        first, *others = of
        weight = WEIGHT[name]
        text = SIGN[name].join([_written(first, weight), *(_written(one, weight + 1) for one in others)])
        return f"({text})" if weight < around else text
    if name == "neg":
        return f"-{_written(of, 3)}"
    operands = of if isinstance(of, list) else [of]
    return f"{name}({', '.join(_written(one, 0) for one in operands)})"
