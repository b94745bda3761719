"""However many clocks are started, one ticks."""

import pytest

from collab.celery import app
from collab.clock import KEY, OneClock


@pytest.fixture
def clock(tmp_path):
    made = []

    def make(name: str) -> OneClock:
        one = OneClock(app=app, lazy=True, schedule_filename=str(tmp_path / name))
        one._me = name
        made.append(one)
        return one

    yield make
    made[0]._valkey.delete(KEY)


def test_only_the_first_of_two_ticks(clock):
    first, second = clock("first"), clock("second")

    assert [first.is_the_one(), second.is_the_one(), first.is_the_one()] == [True, False, True]


def test_another_takes_over_when_the_first_is_gone(clock):
    first, second = clock("first"), clock("second")
    assert first.is_the_one()
    assert 0 < first._valkey.ttl(KEY) <= 15, "premise: the mark of one that died fades"

    first._valkey.delete(KEY)

    assert second.is_the_one()
    assert not first.is_the_one()
