"""Queries that are built once and filled in at every turn."""

from uuid import UUID

import pytest
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Token, User
from accounts.operations import create_token
from kernel.actor import Actor
from kernel.prepared import Prepared, among, attach, execute, together, total


@pytest.fixture
def people(db):
    return [User.objects.create_user(f"{name}@prepared.example", name=name) for name in ("Ida", "Bo")]


@pytest.fixture
def keys(people):
    return [create_token(actor=Actor.person(one), person=one, name=one.name) for one in people]


@pytest.fixture
def living():
    return Prepared(
        lambda user, name: Token.objects.living().select_related("user").filter(user_id=user, name=name),
        user=UUID,
        name=str,
    )


def test_it_finds_what_the_queryset_finds(living, people, keys, django_assert_num_queries):
    for person, key in zip(people, keys, strict=True):
        with django_assert_num_queries(1):
            found = living.first(user=person.pk, name=person.name)
            assert (found, found.user, found.user.name) == (key, person, person.name)
    assert living.all(user=people[0].pk, name=people[1].name) == []


def test_its_moments_are_the_present(living, people, keys):
    ida = people[0]
    assert living.first(user=ida.pk, name="Ida"), "premise: the key opens, and the query is built"

    Token.objects.filter(user=ida).update(expires_at=timezone.now())

    assert living.first(user=ida.pk, name="Ida") is None


def test_what_it_returns_are_rows_as_any(living, people, keys):
    found = living.first(user=people[0].pk, name="Ida")

    found.name = "Renamed"
    found.save(update_fields=["name"])

    assert keys[0].fresh().name == "Renamed"


def test_a_value_that_is_lost_on_the_way_is_a_defect(db):
    careless = Prepared(lambda user: Token.objects.all(), user=UUID)

    with pytest.raises(ValueError, match="lost"):
        careless.all(user=None)


def test_behind_a_pooler_it_asks_the_whole_question(living, people, keys, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PREPARES", False)

    with CaptureQueriesContext(connection) as asked:
        assert living.first(user=people[0].pk, name="Ida") == keys[0]

    assert "EXECUTE" not in asked.captured_queries[0]["sql"]


def test_a_statement_outlives_a_transaction_that_was_undone(living, people, keys):
    with transaction.atomic():
        assert living.first(user=people[0].pk, name="Ida"), "premise: first asked in there"
        transaction.set_rollback(True)

    assert living.first(user=people[1].pk, name="Bo") == keys[1]


def test_a_value_may_stand_in_a_list_of_one(people, keys, monkeypatch):
    listed = Prepared(
        lambda user: Token.objects.annotate(owners=ArrayAgg("user_id")).filter(owners__contains=[user]),
        user=UUID,
    )
    for prepares in (True, False):
        monkeypatch.setitem(connection.settings_dict, "PREPARES", prepares)
        assert listed.all(user=people[1].pk) == [keys[1]]


def test_it_may_ask_for_values_and_for_how_many(people, keys, django_assert_num_queries):
    names = Prepared(
        lambda user: Token.objects.filter(user_id=user).values_list("user__name", "name"), user=UUID
    )
    many = Prepared(lambda user: total(Token.objects.filter(user_id=user)), user=UUID)

    with django_assert_num_queries(1):
        assert together(names.about(user=people[0].pk), many.about(user=people[0].pk)) == [
            [("Ida", "Ida")],
            [(1,)],
        ]
    assert many.first(user=UUID(int=0)) == (0,), "nothing is an answer too"


def test_what_was_found_hangs_on_its_rows(people, keys, django_assert_num_queries):
    owned = Prepared(lambda users: Token.objects.filter(user_id__in=among(users)), users=list)

    attach(people, "tokens", owned.all(users=[people[1].pk]), by="user_id")

    with django_assert_num_queries(0):
        assert [list(one.tokens.all()) for one in people] == [[], [keys[1]]]
    with django_assert_num_queries(1):
        assert people[0].tokens.filter(name="Ida").get() == keys[0], "narrowed, it asks anew, and of this row"


WORDS = "it's 100 % \\ of ; E'x' $1 %s \n 合同"


@pytest.mark.parametrize("prepares", [True, False])
def test_values_come_through_as_they_were_said(db, monkeypatch, prepares):
    monkeypatch.setitem(connection.settings_dict, "PREPARES", prepares)
    keys, moment = [UUID(int=1), UUID(int=2)], timezone.now()
    said = [WORDS, keys[0], keys, [], None, moment, 7, True]
    types = ("text", "uuid", "uuid[]", "uuid[]", "text", "timestamptz", "int", "boolean")
    ((*found,),) = execute("SELECT %s, %s, %s, %s, %s, %s, %s, %s", said, types)

    assert found == said


def test_a_text_that_the_database_cannot_hold_is_refused_and_not_cut(db):
    with pytest.raises(DataError, match="NUL"), transaction.atomic():
        execute("SELECT %s", ["one\0two"], ("text",))


def test_a_row_is_made_by_its_columns(db):
    person = User.made(name="Nora", email="nora@example.com")

    assert (person.name, person.email, person.pk is None) == ("Nora", "nora@example.com", False)
    assert person.created_at is not None, "what is not said is as the constructor has it"
    with pytest.raises(TypeError, match="nothing"):
        User.made(nothing=1)
