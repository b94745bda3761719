"""Many at once, each in a transaction of their own: what the database alone can promise."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from django.db import connections

from chat.models import ChannelEvent, Message
from chat.operations import open_channel, post_message
from kernel.acting import acting
from tests.cast import PLATFORM
from tests.chat.conftest import fresh

THREADS = 6


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each as a door does: in somebody's name, on a connection of its own."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            with acting(PLATFORM):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, acts))


def test_numbers_stay_dense_when_many_post_at_once(transactional_db, cast):
    channel = open_channel(actor=cast.nora, workspace=cast.apollo, name="busy")
    channel = fresh(channel)
    people = [cast.nora, cast.nils, cast.sol]

    def post(n):
        return lambda: post_message(actor=people[n % 3], channel=channel, body=f"post {n}").seq

    seqs = at_once(*(post(n) for n in range(60)))

    assert sorted(seqs) == list(range(1, 61))
    events = ChannelEvent.objects.filter(channel=channel).order_by("seq")
    assert list(events.values_list("seq", flat=True)) == list(range(1, 61))
    in_order = Message.objects.filter(channel=channel).order_by("seq").values_list("pk", flat=True)
    assert list(events.values_list("message_id", flat=True)) == list(in_order)


def test_one_key_sent_many_times_at_once_is_one_message(transactional_db, cast):
    channel = fresh(open_channel(actor=cast.nora, workspace=cast.apollo, name="insistent"))
    key = uuid4()

    def post():
        return post_message(actor=cast.sol, channel=channel, body="once", key=key).pk

    assert len(set(at_once(*[post] * 12))) == 1
    assert Message.objects.filter(channel=channel).count() == fresh(channel).last_seq == 1
