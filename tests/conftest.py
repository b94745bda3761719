"""One run: engines started, the world built once, a copy of it for each process, everybody's fixtures."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import django
import pytest

from tests.ground import Ground

gc.disable()  # what is imported and collected stays; see `pytest_collection_finish`
ground = Ground()
ground.settle()
django.setup()
del os.environ[
    "DJANGO_SETTINGS_MODULE"
]  # else a process of this run reads settings before it is settled itself

from django.conf import settings  # noqa: E402  settings come first
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db import connection  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import _TestState, instrumented_test_render  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402
from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: E402

from accounts.demo import PASSWORD  # noqa: E402
from accounts.models import User  # noqa: E402
from approvals import seals  # noqa: E402
from audit.models import Outbox  # noqa: E402
from collab.celery import app  # noqa: E402
from kernel.acting import acting  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from operating import state  # noqa: E402
from tests.cast import Api, Cast  # noqa: E402

PLATFORM = Actor.system("tests")
settings.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    *settings.PASSWORD_HASHERS,
]  # quick
ground.password = make_password(PASSWORD)


app.autodiscover_tasks(force=True)  # a worker knows them all, whichever tests were collected


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("numprocesses", None):  # the others will wait for the world
        ground.build_ahead()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays until the end: no search for garbage looks at it again.
    And one looks seldom: nearly all of what a test leaves behind is gone without."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how often the tests of `tests/doors` have knocked."""
    ended = [one for one in terminalreporter.stats.get("", []) if one.when == "teardown"]
    knocks = sum(dict(one.user_properties).get("requests", 0) for one in ended)
    if knocks:
        terminalreporter.write_line(f"{knocks:,} requests knocked at every door.")


def pytest_unconfigure(config: pytest.Config) -> None:
    ground.clear()


# ── The database: one transaction a test, undone in the end ──────────────────
@pytest.fixture(scope="session", autouse=True)
def somebody_acts() -> Iterator[None]:
    """Tests prepare and look as the platform itself; doors and operations say for themselves who acts."""
    with acting(PLATFORM):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, somebody_acts: None
) -> Iterator[None]:
    ground.wait_for_world()
    with django_db_blocker.unblock():
        ground.copy()
        check_that_rows_are_guarded()
        state.LOOK_SECONDS = state.REREAD_SECONDS = float("inf")  # no test counts the look at what is set
        state.current()
        yield
        connection.close()


def check_that_rows_are_guarded() -> None:
    """Row-level security spares superusers and owners; a test that ran as one would prove nothing."""
    asked = "SELECT session_user, current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    for actor, role in ((Actor.nobody("tests"), "collab_app"), (PLATFORM, "collab_system")):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute(asked)
            assert cursor.fetchone() == ("collab_app", role, False)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What is done here is committed, as other threads and processes need it; then the copy is made anew."""
    with django_db_blocker.unblock():
        ground.copy_ahead()
        yield
        connection.close()
        ground.copy()


@pytest.fixture(scope="session")
def new_copy() -> Callable[[], None]:
    """Return how this process gets its database anew, for those who do not need that after every test."""
    return ground.copy


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_for_once() -> Iterator[None]:
    """Each browser of a test loads the middleware anew; what whitenoise finds on the disk stays the same."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def recall(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", recall)
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_have_one_context(django_test_environment: None) -> Iterator[None]:
    """An answer's ``context`` is that of its page: nobody is told of each of the hundreds of templates inside."""
    render = _TestState.saved_data.template_render

    def told_of_pages(self: Template, context: Context) -> SafeString:
        return (instrumented_test_render if context.template is self else render)(self, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", told_of_pages)
        yield


@pytest.fixture(autouse=True)
def keys_of_decisions_are_looked_up_anew() -> None:
    """A key that a test begins goes with its transaction."""
    seals.forget_keys()


@pytest.fixture(autouse=True)
def tasks_run_at_once() -> Iterator[None]:
    """Who calls ``task.delay`` has it done on the spot: no test waits for a worker."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


# ── People and doors ─────────────────────────────────────────────────────────
@pytest.fixture
def world(request: pytest.FixtureRequest) -> None:
    """The demo world, in a transaction of this test or committed, as the test asks."""
    committed = "transactional_db" in request.fixturenames
    request.getfixturevalue("transactional_db" if committed else "db")


@pytest.fixture
def cast(world: None) -> Cast:
    return Cast(ground.folder / "demo.txt")


@pytest.fixture
def api(cast: Cast) -> Callable[..., Api]:
    """Return the API as somebody of the cast (a name or an Actor) asks it; as a stranger without one."""

    def as_seen_by(who: str | Actor | None = None, scope: str = "admin") -> Api:
        return Api(cast.token(who, scope) if who else None)

    return as_seen_by


@pytest.fixture
def page(cast: Cast) -> Callable[..., Client]:
    """Return a browser in which somebody of the cast (a name or an Actor) has signed in."""

    def as_seen_by(who: str | Actor | None = None) -> Client:
        client = Client(HTTP_HOST="localhost")
        if who:
            client.force_login(cast.actor(who).user)
        return client

    return as_seen_by


# ── Operators ────────────────────────────────────────────────────────────────
@pytest.fixture
def root(cast: Cast) -> Any:
    """Somebody who runs the platform and belongs nowhere."""
    return User.objects.create_user(
        "root@collab.example", None, agreed=True, name="Root", is_staff=True, is_superuser=True
    )


@pytest.fixture
def desk(root: Any) -> Client:
    """The operator's browser, which finds the admin open."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(root)
    return client


@pytest.fixture
def recorded(world: None) -> Callable[[str], list[Any]]:
    """Return what was told of an event since the test began, the first one first."""
    before = set(Outbox.objects.values_list("pk", flat=True))

    def facts(name: str) -> list[Any]:
        return [one for one in Outbox.objects.filter(name=name).order_by("id") if one.pk not in before]

    return facts
