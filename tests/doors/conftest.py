"""What walks through the doors: visitors, ids that exist, words that must not get out."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from collab.engines import SUPERUSER
from tests.conftest import ground
from tests.doors.samples import Samples, canaries, samples_of
from tests.doors.visitors import Visitor

GUARDED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


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


@pytest.fixture
def without_guard(django_db_setup: None) -> Iterator[None]:
    """Row-level security is off, in this process's own copy of the world; asked for before the test's transaction."""
    with psycopg.connect(
        host=str(ground.engines.run), user=SUPERUSER, dbname=ground.database, autocommit=True
    ) as owner:
        tables = [name for (name,) in owner.execute(GUARDED).fetchall()]
        owner.execute("; ".join(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY" for name in tables))
        yield
        owner.execute("; ".join(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY" for name in tables))
