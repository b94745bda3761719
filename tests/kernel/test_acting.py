"""Every query says who asks, and no connection remembers the one before."""

from contextvars import Context
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction
from psycopg.pq import Format

from accounts.models import User
from kernel.acting import NobodyActs, Origin, acting, coming_from, database, origin
from kernel.actor import Actor
from kernel.postgres.base import stamp
from workspaces.models import Workspace

WHO = "SELECT current_setting('app.user', true), current_setting('app.org', true), current_user"


def asked():
    with connection.cursor() as cursor:
        cursor.execute(WHO)
        return cursor.fetchone()


def named(actor, role="collab_app"):
    return (str(actor.user_id or ""), str(actor.org_id or ""), role)


def test_a_query_in_nobodys_name_never_reaches_the_database(cast):
    def ask():
        with pytest.raises(NobodyActs):
            User.objects.count()
        with pytest.raises(NobodyActs):
            connection.cursor().execute("SELECT 1")

    Context().run(ask)


def test_the_database_hears_who_asks_and_under_which_hat(cast):
    for actor in (cast.nora, cast.sol, cast.otto, Actor.person(cast.nora.user)):
        with acting(actor):
            assert asked() == named(actor)


def test_the_platform_and_its_operators_come_under_the_login_that_sees_all(cast):
    for actor in (Actor.system("clock"), Actor.operator(cast.nora.user)):
        with acting(actor):
            assert asked()[2] == "collab_system"
    with acting(Actor.nobody("door")):
        assert asked() == ("", "", "collab_app")


def test_who_acts_inside_gives_the_name_back(cast):
    with acting(cast.nora):
        with acting(cast.sol):
            assert asked() == named(cast.sol)
        assert asked() == named(cast.nora)


def test_a_savepoint_that_is_rolled_back_takes_no_name_along(cast):
    """PostgreSQL forgets at ROLLBACK TO what was set inside; the next query says it again."""
    with acting(cast.nora):
        assert asked() == named(cast.nora)
        with transaction.atomic(), acting(cast.sol):
            assert asked() == named(cast.sol)
            transaction.set_rollback(True)
        assert asked() == named(cast.nora)


def test_a_savepoint_that_is_kept_does_not_leave_its_name(cast):
    with acting(cast.nora):
        with transaction.atomic(), acting(cast.sol):
            assert asked() == named(cast.sol)
        assert asked() == named(cast.nora)


def test_a_refused_query_in_a_savepoint_leaves_the_name_as_it_was(cast):
    with acting(cast.nora):
        with pytest.raises(Exception, match="division by zero"), transaction.atomic():
            connection.cursor().execute("SELECT 1 / 0")
        assert asked() == named(cast.nora)


def test_outside_transactions_a_connection_forgets_after_each_query(transactional_db, cast):
    """The pool hands the same connection to the next request: it must not come with a name on it."""
    with acting(cast.nora):
        assert asked() == named(cast.nora)
    raw = connection.connection.execute(WHO.replace(", current_user", "")).fetchone()
    connection.connection.rollback()
    assert raw in (("", ""), (None, None))
    with acting(cast.nora), pytest.raises(Exception, match="division by zero"):
        connection.cursor().execute("SELECT 1 / 0")
    with acting(cast.sol):
        assert asked() == named(cast.sol), "an error is cleared away"
    with acting(cast.nora), transaction.atomic():
        assert asked() == named(cast.nora)
    assert connection.connection.execute(WHO.replace(", current_user", "")).fetchone() == ("", "")
    connection.connection.rollback()


def test_rows_follow_the_name(cast):
    with acting(cast.nora):
        assert Workspace.objects.filter(pk=cast.apollo.pk).exists(), "premise"
    with acting(cast.otto):
        assert not Workspace.objects.filter(pk=cast.apollo.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM workspaces_workspace")
            assert cursor.fetchone() == (0,)


def test_only_keys_and_known_words_enter_the_stamp(cast):
    words = [f"SET LOCAL app.\"user\" = '{cast.nora.user_id}'", f"SET LOCAL app.org = '{cast.northwind.pk}'"]
    assert stamp(cast.nora, None) == words
    assert stamp(cast.nora, "collab_system") == [*words, "SET LOCAL ROLE NONE"]
    nobody = ["SET LOCAL app.\"user\" = ''", "SET LOCAL app.org = ''"]
    assert stamp(Actor.system("'; DROP TABLE"), "collab_system") == [*nobody, "SET LOCAL ROLE collab_system"]


def test_a_moment_is_read_in_utc_by_the_driver_itself(cast):
    with acting(cast.nora), connection.cursor() as cursor:
        cursor.execute("SELECT '2026-11-28 23:30:00.5+08'::timestamptz, now()")
        then, now = cursor.fetchone()

    assert then == datetime(2026, 11, 28, 15, 30, 0, 500_000, UTC)
    assert then.tzinfo is now.tzinfo is UTC
    loader = connection.connection.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)
    assert loader.__module__.startswith("psycopg_binary")


def test_in_tests_one_login_plays_both_parts():
    assert database() == "default"


def test_an_origin_is_known_inside_and_forgotten_outside():
    with coming_from(Origin(request_id="r", address="1.2.3.4")):
        assert origin().address == "1.2.3.4"
    assert origin() == Origin()
