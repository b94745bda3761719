"""Reading is one's own affair, one by one or all at once."""

from dataclasses import replace
from uuid import uuid4

import pytest

from kernel.actor import Actor
from notifications.models import Notice
from notifications.operations import make_notices, mark_all_read, mark_read
from notifications.queries import unread_count


@pytest.fixture
def three(people, owe, record, platform) -> list[Notice]:
    owe(people.bo, people.ann)
    other = replace(record, actor_id=None)
    for _ in range(3):
        make_notices(actor=platform, record=replace(other, id=uuid4()))
    return list(Notice.objects.filter(recipient=people.bo))


def test_one_is_read_once(people, three):
    bo = Actor.person(people.bo)

    first = mark_read(actor=bo, notice=three[0])
    again = mark_read(actor=bo, notice=first.fresh())

    assert first.fresh().read_at == again.fresh().read_at
    assert unread_count(bo) == 2


def test_all_of_mine_are_read_and_nobody_elses(people, three):
    bo, ann = Actor.person(people.bo), Actor.person(people.ann)
    assert unread_count(ann) == 3, "premise: Ann has some too"

    assert mark_all_read(actor=bo) == 3
    assert mark_all_read(actor=bo) == 0
    assert (unread_count(bo), unread_count(ann)) == (0, 3)


def test_only_those_of_one_kind(people, three):
    bo = Actor.person(people.bo)

    assert mark_all_read(actor=bo, kind="mention") == 0
    assert mark_all_read(actor=bo, org_id=three[0].org_id) == 3
