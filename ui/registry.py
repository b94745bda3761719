"""How apps put things into the shell without the shell knowing them."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Source = Callable[..., Iterable[T]]


class Registry(Generic[T]):
    """Functions that answer with things to show, asked in the order of their places.

    Fed in ``AppConfig.ready``; asked only while a page that shows the answers is rendered.
    """

    def __init__(self) -> None:
        self._sources: list[tuple[int, Source[T]]] = []

    def feed(self, *, place: int) -> Callable[[Source[T]], Source[T]]:
        """Register the decorated function; a lower ``place`` comes first."""

        def register(source: Source[T]) -> Source[T]:
            if (place, source) not in self._sources:
                self._sources.append((place, source))
                self._sources.sort(key=lambda fed: fed[0])
            return source

        return register

    def gather(self, *question: Any) -> list[T]:
        """Return what all sources answer to ``question``, one after the other."""
        return [answer for _, source in self._sources for answer in source(*question)]
