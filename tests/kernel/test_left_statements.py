"""Statements that nobody waits for travel with the next one, or with the commit, and are lost with an undone act."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Token, User
from accounts.operations import create_token
from kernel.acting import acting
from kernel.actor import Actor
from kernel.prepared import Prepared, Rows, execute, leave, together

RENAME = "UPDATE accounts_token SET name = %s WHERE id = %s"
COPY = "INSERT INTO accounts_token SELECT * FROM accounts_token WHERE id = %s"
TYPES = ("text", "uuid")


@pytest.fixture
def ida(db):
    return User.objects.create_user("ida@left.example", name="Ida")


@pytest.fixture
def key(ida):
    return create_token(actor=Actor.person(ida), person=ida, name="before")


@pytest.fixture
def rename(key):
    return lambda to: leave(RENAME, [to, key.pk], TYPES)


def test_it_travels_with_the_next_question_which_sees_it(key, rename):
    with CaptureQueriesContext(connection) as asked:
        rename("50 % after")
        assert Token.objects.get(pk=key.pk).name == "50 % after"

    assert len(asked) == 1


def test_several_arrive_in_their_order(key, rename):
    for name in ("one", "two", "three"):
        rename(name)

    assert key.fresh().name == "three"


def test_a_savepoint_that_is_undone_takes_its_own_along_and_no_other(key, rename):
    rename("kept")
    with transaction.atomic():
        rename("undone")
        transaction.set_rollback(True)

    assert key.fresh().name == "kept"


def test_what_it_breaks_is_raised_where_it_travels(key):
    with pytest.raises(IntegrityError), transaction.atomic():
        leave(COPY, [key.pk], ("uuid",))

    assert Token.objects.filter(pk=key.pk).count() == 1


def test_it_is_said_in_the_name_of_who_left_it(key):
    other, said = (
        Actor.person(User.objects.create_user("bo@left.example", name="Bo")),
        "SELECT set_config(%s, ",
    )
    said += "current_setting('app.user'), true)"
    with acting(other):
        leave(said, ["app.left_by"], ("text",))

    assert execute("SELECT current_setting(%s)", ["app.left_by"], ("text",)) == [(str(other.user_id),)]


def test_behind_a_pooler_it_is_said_in_full(key, rename, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PREPARES", False)
    rename("after")

    with CaptureQueriesContext(connection) as asked:
        assert key.fresh().name == "after"

    assert "UPDATE accounts_token" in asked.captured_queries[0]["sql"]


@pytest.mark.parametrize("prepares", [True, False])
def test_several_questions_take_one_round_trip(ida, key, prepares, monkeypatch, django_assert_num_queries):
    monkeypatch.setitem(connection.settings_dict, "PREPARES", prepares)
    keys = Prepared(lambda user: Token.objects.filter(user_id=user), user=type(ida.pk))
    names = "SELECT name FROM accounts_user WHERE id = %s"
    with django_assert_num_queries(1):
        found, none, name = together(
            keys.about(user=ida.pk), keys.about(user=uuid4()), Rows(names, [ida.pk], ("uuid",))
        )

    assert (found, none, name) == ([key], [], [("Ida",)])


def test_the_commit_takes_it_along_and_refuses_with_it(transactional_db, cast):
    key = create_token(actor=cast.nora, person=cast.nora.user, name="before")
    with transaction.atomic():
        leave(RENAME, ["after", key.pk], TYPES)
    assert key.fresh().name == "after"

    def name_it_and_break():
        with transaction.atomic():
            leave(RENAME, ["lost", key.pk], TYPES)
            leave(COPY, [key.pk], ("uuid",))

    with pytest.raises(IntegrityError):
        name_it_and_break()

    assert key.fresh().name == "after", "what was left before is undone with it"
