"""However many clocks are started, one ticks."""

import subprocess
import sys

import pytest

from collab.celery import app
from collab.clock import KEY, OneClock
from collab.schedule import SCHEDULE
from tests.ground import ROOT


@pytest.fixture
def clock(django_db_setup, tmp_path):
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


def test_neither_the_clock_nor_the_look_at_the_database_loads_our_apps():
    asked = "import sys, collab.clock, collab.guard; print('kernel' in sys.modules, 'chat' in sys.modules)"

    said = subprocess.check_output([sys.executable, "-c", asked], cwd=ROOT, text=True)

    assert said.split() == ["True", "False"]


def test_what_it_sends_are_tasks_of_ours():
    assert {one["task"] for one in SCHEDULE.values()} <= app.tasks.keys()


def test_what_has_a_moment_of_its_own_is_not_a_minute_late():
    told = ("close_all_polls", "remind_all", "send_all")
    often = {one["task"]: one["schedule"] for one in SCHEDULE.values()}

    assert max(often[f"chat.tasks.{one}"] for one in told) <= 10.0
