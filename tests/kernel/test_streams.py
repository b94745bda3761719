"""Rows that come while one reads: in the actor's name, and what was begun before goes on whatever happens to them."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from kernel.acting import acting
from kernel.actor import Actor
from kernel.streams import streamed

COUNT = "SELECT one, one::text FROM generate_series(1::bigint, %s) AS one"
KINDS = ("int8", "text")
WHO = "SELECT current_setting('app.user')"


@pytest.fixture
def ida(db):
    return User.objects.create_user("ida@streams.example", name="Ida")


def test_every_row_comes_in_order(ida):
    with acting(Actor.person(ida)), streamed(COUNT, [50_000], KINDS) as rows:
        found = list(rows)

    assert (found[0], found[-1], len(found)) == ((1, "1"), (50_000, "50000"), 50_000)


def test_it_is_asked_in_the_name_of_whoever_acts(ida):
    with acting(Actor.person(ida)), streamed(WHO, [], ("text",)) as rows:
        assert list(rows) == [(str(ida.pk),)]


@pytest.mark.parametrize("read", [0, 1, 3])
def test_an_act_goes_on_where_the_rows_were_left_early(ida, read):
    with acting(Actor.person(ida)), transaction.atomic():
        User.objects.filter(pk=ida.pk).update(name="Ada")
        with streamed(COUNT, [1_000_000], KINDS) as rows:
            for _ in range(read):
                next(rows)

        assert User.objects.get(pk=ida.pk).name == "Ada"


def test_an_act_goes_on_where_a_row_was_not_liked(ida):
    with acting(Actor.person(ida)), transaction.atomic():
        User.objects.filter(pk=ida.pk).update(name="Ada")
        with pytest.raises(ZeroDivisionError), streamed(COUNT, [1_000_000], KINDS) as rows:
            sum(1 / (row - 7) for row, _ in rows)

        assert User.objects.get(pk=ida.pk).name == "Ada"


def test_what_postgresql_refuses_is_a_database_error(ida):
    with acting(Actor.person(ida)), pytest.raises(DatabaseError):  # noqa: SIM117
        with streamed("SELECT 1 / (one - 3) FROM generate_series(1, 5) AS one", [], ("int8",)) as rows:
            list(rows)
