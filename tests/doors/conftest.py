"""What walks through the doors: visitors, ids that exist, words that must not get out."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from collab.engines import SUPERUSER
from tests.cast import Cast
from tests.conftest import ground
from tests.doors.samples import Samples, canaries, home_of, samples_of
from tests.doors.visitors import Visitor

GUARDED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


@pytest.fixture(scope="package")
def things(
    django_db_setup: None, django_db_blocker: Any, new_copy: Callable[[], None]
) -> Iterator[tuple[Samples, Samples]]:
    """What is shared and what is kept at home, made once in this process's copy of the world and kept in it for
    all tests of this folder: it takes longer than many a test. Nobody is told of it."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            cast = Cast(ground.folder / "demo.txt")
            shared = samples_of(cast)
            own = home_of(cast, shared)
            connection.run_on_commit.clear()
        yield shared, own
        connection.close()
        new_copy()


@pytest.fixture
def samples(things: tuple[Samples, Samples], cast: Any) -> Samples:
    return things[0]


@pytest.fixture
def home(things: tuple[Samples, Samples], cast: Any) -> Samples:
    return things[1]


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
