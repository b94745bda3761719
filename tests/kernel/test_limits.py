"""How much is too much: counted for each apart, told in seconds, and what happens when nobody can count."""

import runpy
from pathlib import Path

import pytest
from django.core.cache import cache
from redis import Redis

from kernel import limits
from kernel.errors import TooMany, Unavailable
from kernel.limits import CLOSED_WITHOUT_VALKEY, limited

SETTINGS = Path(__file__).parent.parent.parent / "collab" / "settings.py"


@pytest.fixture
def two_searches(settings, world):
    cache.clear()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": "2/minute", "messages": "2/minute"}


@pytest.fixture
def no_valkey(settings):
    """The address of an engine that is not there."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits._counter.cache_clear()
    yield
    limits._counter.cache_clear()


def test_one_more_than_the_limit_is_told_how_long_to_wait(two_searches):
    limited("search", "nora")
    limited("search", "nora")

    with pytest.raises(TooMany) as refused:
        limited("search", "nora")

    assert 1 <= refused.value.retry_after <= 60


def test_each_person_and_each_thing_is_counted_apart(two_searches):
    for who, what in (("nora", "search"), ("sol", "search"), ("nora", "messages")):
        limited(what, who)
        limited(what, who)
        with pytest.raises(TooMany):
            limited(what, who)


def test_to_count_is_one_round_trip(two_searches, settings):
    limited("search", "first")  # which tells Valkey the script
    valkey = Redis.from_url(settings.REDIS_URL)
    valkey.config_resetstat()
    limited("search", "nora")
    limited("search", "nora")

    asked = valkey.info("commandstats")

    assert asked["cmdstat_evalsha"]["calls"] == 2
    assert set(asked) <= {"cmdstat_evalsha", "cmdstat_incrby", "cmdstat_expire", "cmdstat_config|resetstat"}


@pytest.mark.parametrize("what", ["search", "messages", "reports"])
def test_without_valkey_reading_and_talking_go_on_and_it_is_written_down(no_valkey, caplog, what):
    limited(what, "nora")

    assert f"{what} is not counted" in caplog.text
    assert "nora" not in caplog.text


@pytest.mark.parametrize("what", sorted(CLOSED_WITHOUT_VALKEY))
def test_without_valkey_nothing_that_costs_letters_is_given_away(no_valkey, what):
    with pytest.raises(Unavailable):
        limited(what, "nora")


def test_who_runs_the_platform_may_set_them(monkeypatch):
    monkeypatch.setenv("RATE_LIMITS", "search=60/minute,sign-up=5/hour")
    said = runpy.run_path(str(SETTINGS))["RATE_LIMITS"]

    assert (said["search"], said["sign-up"]) == ("60/minute", "5/hour")
    assert "messages" in said
    assert set(said) >= CLOSED_WITHOUT_VALKEY
    assert all(limits._limit(one) for one in said.values())
