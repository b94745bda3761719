"""What walks through the doors: visitors, ids that exist, words that must not get out."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.doors.samples import Samples, canaries, samples_of
from tests.doors.visitors import Visitor


@pytest.fixture
def samples(cast: Any) -> Samples:
    return samples_of(cast)


@pytest.fixture
def secrets(cast: Any) -> set[str]:
    found = canaries(cast)
    assert len(found) > 40, "premise: there is something to give away"
    return found


@pytest.fixture
def visitor(
    page: Callable[..., Any], api: Callable[..., Any], record_property: Callable[[str, object], None]
) -> Iterator[Callable[[str], Visitor]]:
    met: list[Visitor] = []

    def called(name: str) -> Visitor:
        met.append(Visitor.called(name, page, api))
        return met[-1]

    yield called
    record_property("requests", sum(one.knocks for one in met))
