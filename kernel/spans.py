"""What took how long inside what, for those who trace: requests, tasks and operations, each a span.

Nothing is kept until ``trace_with`` names who does (``collab/tracing.py``, where an operator asks for it). A span says
what a line of the log says, names and numbers: no path, no query, no words, nobody.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Protocol

Fact = str | int


class Kind(StrEnum):
    REQUEST = "request"
    TASK = "task"
    OPERATION = "operation"


class Span(Protocol):
    def rename(self, name: str) -> None: ...

    def tell(self, facts: dict[str, Fact]) -> None: ...

    def fail(self, error: str) -> None:
        """Say that it went wrong, by the name of what did."""


class Tracer(Protocol):
    def span(
        self, name: str, kind: Kind, facts: dict[str, Fact], carried: str
    ) -> AbstractContextManager[Span]:
        """Open a span inside the current one, or inside ``carried``, a W3C ``traceparent`` from elsewhere."""

    def carry(self) -> str:
        """Return the current span as a ``traceparent``; nothing where there is none."""


class Nothing:
    """Who traces nothing, and the span of it."""

    @contextmanager
    def span(self, name: str, kind: Kind, facts: dict[str, Fact], carried: str) -> Iterator[Span]:
        yield self

    def carry(self) -> str:
        return ""

    def rename(self, name: str) -> None: ...

    def tell(self, facts: dict[str, Fact]) -> None: ...

    def fail(self, error: str) -> None: ...


_tracer: Tracer = Nothing()


def trace_with(tracer: Tracer) -> None:
    global _tracer
    _tracer = tracer


def span(name: str, kind: Kind, carried: str = "", **facts: Fact) -> AbstractContextManager[Span]:
    """Open a span. What leaves it as an exception is told by its class, what was refused by its code."""
    return _tracer.span(name, kind, facts, carried)


def carry() -> str:
    return _tracer.carry()
