"""An inbox in which a great many notices wait costs no page more than one in which a few do."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from kernel.acting import acting
from kernel.actor import Actor
from kernel.prepared import MOST_COUNTED
from notifications.models import Notice
from notifications.queries import KINDS, ORGS, choices_in, unread_count


@pytest.fixture
def filled(people):
    def fill(number: int, **words: object) -> None:
        said = {"event_name": "tests.happened", "kind": "message", "at": timezone.now()} | words
        rows = [Notice(recipient=people.bo, event_id=uuid4(), **said) for _ in range(number)]
        Notice.objects.bulk_create(rows)

    return fill


def test_nobody_counts_further_than_is_shown(people, filled):
    filled(MOST_COUNTED + 5)

    with acting(Actor.person(people.bo)):
        assert unread_count(Actor.person(people.bo)) == MOST_COUNTED


def test_it_is_narrowed_to_what_is_in_it(people, filled, django_assert_num_queries):
    near, far = uuid4(), uuid4()
    filled(3, org_id=near, org_name="Nearby")
    filled(2, kind="mention", org_id=far, org_name="Faraway, as it was")
    filled(1, kind="mention", org_id=far, org_name="Faraway")
    filled(1, kind="approval")
    filled(1, kind="access", in_app=False, org_id=uuid4(), org_name="Mail only")
    bo, ann = Actor.person(people.bo), Actor.person(people.ann)

    with acting(bo), django_assert_num_queries(1):
        found = choices_in(bo)
    with acting(ann):
        theirs = choices_in(ann)

    assert [one.key for one in found.kinds] == ["approval", "mention", "message"]
    assert found.orgs == [{"pk": far, "name": "Faraway"}, {"pk": near, "name": "Nearby"}]
    assert theirs.kinds == []
    assert theirs.orgs == []


@pytest.mark.parametrize("words", [KINDS, ORGS], ids=["kinds", "organizations"])
def test_it_looks_at_one_of_each_and_not_at_all(people, words):
    with acting(Actor.person(people.bo)), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):  # which a table as small as this would take
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {words}", [people.bo.pk])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("using notice_") == 2, plan
    assert "CTE mine" not in plan


def test_a_stranger_has_no_choices():
    assert choices_in(Actor.nobody("tests")).kinds == []
