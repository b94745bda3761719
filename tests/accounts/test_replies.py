from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Reply, Token
from accounts.models.replies import AnswerLost, InProgress, KeyReused
from accounts.operations import create_token
from accounts.tasks import purge
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.replies import Kept, store, under

ROUTE = "POST /api/v1/tokens/"


def take(person, key="k", digest="d", route=ROUTE):
    return store().take(person.pk, route, key, digest)


def do(person, **changes):
    """Do what the key asks for, as a process does that is killed before it answers."""
    under((person.pk, ROUTE, "k"))
    try:
        create_token(actor=Actor.person(person), person=person, name="script", **changes)
    finally:
        under(None)


def a_minute_passes():
    Reply.objects.update(started_at=timezone.now() - timedelta(seconds=61))


def test_the_first_goes_on_and_the_next_gets_its_answer(nora):
    assert take(nora) is None
    store().keep(nora.pk, ROUTE, "k", Kept(201, {"id": "x", "名": [1, None]}))

    assert take(nora) == Kept(201, {"id": "x", "名": [1, None]})


def test_while_the_first_is_in_flight_the_next_must_wait(nora):
    take(nora)

    with pytest.raises(InProgress) as refused:
        take(nora)

    assert (refused.value.status, refused.value.code) == (409, "in_progress")


def test_a_request_that_died_is_taken_over_once(nora):
    take(nora)
    a_minute_passes()

    assert take(nora) is None
    with pytest.raises(InProgress):
        take(nora)


def test_what_was_done_is_not_done_again_though_nobody_heard_the_answer(nora):
    take(nora)
    do(nora)
    store().release(nora.pk, ROUTE, "k")

    with pytest.raises(InProgress):
        take(nora)
    a_minute_passes()
    with pytest.raises(AnswerLost) as refused:
        take(nora)

    assert (refused.value.status, refused.value.code) == (409, "answer_lost")


def test_what_failed_may_be_taken_over(nora):
    take(nora)
    with pytest.raises(InvalidInput):
        do(nora, expires_at=timezone.now())
    a_minute_passes()

    assert take(nora) is None


def test_of_two_under_one_key_the_second_changes_nothing(nora):
    take(nora)
    do(nora)

    with pytest.raises(InProgress):
        do(nora)

    assert Token.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(nora):
    take(nora)
    store().keep(nora.pk, ROUTE, "k", Kept(204, None))

    with pytest.raises(KeyReused) as refused:
        take(nora, digest="other")

    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")
    assert take(nora) == Kept(204, None)


def test_a_failed_request_lets_go_of_its_key(nora):
    take(nora)
    store().release(nora.pk, ROUTE, "k")

    assert take(nora, digest="other") is None


def test_keys_belong_to_one_person_and_one_route(nora, otto):
    take(nora)

    assert take(otto) is None
    assert take(nora, route="POST /api/v1/orgs/") is None


def test_after_72_hours_a_key_is_new_and_the_clock_clears_the_rest(nora):
    take(nora)
    take(nora, key="other")
    Reply.objects.update(started_at=timezone.now() - timedelta(hours=73))

    assert take(nora, digest="another body") is None
    purge()

    assert Reply.objects.count() == 1


def test_the_api_repeats_only_what_succeeded(browser, nora):
    def post(said, key="k"):
        return browser.post(
            "/api/v1/tokens/", said, content_type="application/json", headers={"idempotency-key": key}
        )

    assert post({"name": ""}).status_code == 422
    first = post({"name": "script"})
    again = post({"name": "script"})
    other = post({"name": "another"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Token.objects.count() == 1
