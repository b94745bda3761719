"""Yes and no: whose word counts, which word ends a step, and what comes too late."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from approvals.errors import AlreadyDecided, NotAssigned, OneHuman, PartnershipNotActive, StaleForm
from approvals.models import Assignment, Instance, Run
from approvals.operations import create_definition, publish_definition, start
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from orgs.models import Partnership
from tests.approvals.conftest import no, pending, purchase, yes


def quick(cast, mode):
    """Return a running request that Nora and Nils decide, by ``mode``; Ada, an auditor, is no candidate."""
    body = {
        "schema": "approval/1",
        "key": "quick",
        "title": {"en": "Quick"},
        "form": {"fields": []},
        "flow": [
            {
                "id": "two",
                "type": "approve",
                "who": [{"users": [str(cast.nora.user_id), str(cast.nils.user_id)]}],
                "mode": mode,
            }
        ],
        "policy": {"self": "allow"},
    }
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)
    publish_definition(actor=cast.nora, version=version)
    return start(actor=cast.nora, definition=version.definition.fresh(), title="Quick", form={})


def test_any_ends_with_the_first_yes(cast):
    instance = quick(cast, {"kind": "any"})

    yes(cast.nils, instance)

    assert instance.fresh().state == "APPROVED"
    assert Assignment.objects.get(instance=instance, principal=cast.nora.user).state == "CANCELLED"


def test_all_waits_for_everybody(cast):
    instance = quick(cast, {"kind": "all"})

    yes(cast.nils, instance)
    assert instance.fresh().state == "RUNNING"

    yes(cast.nora, instance)
    assert instance.fresh().state == "APPROVED"


@pytest.mark.parametrize("kind", ["any", "all"])
def test_the_first_no_rejects(cast, kind):
    instance = quick(cast, {"kind": kind, "reject": "first"})

    no(cast.nils, instance)

    assert instance.fresh().state == "REJECTED"


def test_any_may_wait_for_all_to_refuse(cast):
    instance = quick(cast, {"kind": "any", "reject": "all"})

    no(cast.nils, instance)
    assert instance.fresh().state == "RUNNING"

    no(cast.nora, instance)
    assert instance.fresh().state == "REJECTED"


def test_all_may_wait_for_all_votes(cast):
    instance = quick(cast, {"kind": "all", "reject": "all_voted"})

    no(cast.nils, instance)
    assert instance.fresh().state == "RUNNING"

    yes(cast.nora, instance)
    assert instance.fresh().state == "REJECTED"


def test_a_partners_no_ends_the_request(cast, with_southbay):
    no(cast.sol, with_southbay, audience="shared")

    assert with_southbay.fresh().state == "REJECTED"
    assert with_southbay.runs.get(type="party").said == "Not like this."


def test_who_is_not_asked_does_not_decide(cast, running):
    with pytest.raises(NotAssigned):
        yes(cast.nils, running)
    with pytest.raises(NotAssigned):
        yes(cast.nora, running, assignment=running.pk)


def test_a_second_answer_finds_it_decided(cast):
    instance = quick(cast, {"kind": "all"})
    mine = pending(instance, cast.nils)
    yes(cast.nils, instance, assignment=mine.pk)

    with pytest.raises(AlreadyDecided):
        no(cast.nils, instance, assignment=mine.pk)

    assert Assignment.objects.get(pk=mine.pk).state == "APPROVED"


def test_an_old_form_is_not_decided_upon(cast, running):
    with pytest.raises(StaleForm):
        yes(cast.nora, running, form_rev=running.form_rev + 1)

    assert pending(running, cast.nora)


def test_a_no_gives_its_reason(cast, running):
    with pytest.raises(InvalidInput):
        no(cast.nora, running, comment="  ")


def test_one_human_does_not_decide_for_two_organizations(cast, with_southbay):
    run = Run.objects.get(instance=with_southbay, parent__isnull=False)
    cast.southbay.memberships.create(user=cast.nils.user, role="member")
    Assignment.objects.create(instance=with_southbay, run=run, principal=cast.nils.user, place=9)

    with pytest.raises(OneHuman):
        yes(Actor.person(cast.nils.user, cast.southbay), with_southbay)


def test_a_suspended_partnership_stops_decisions(cast, with_southbay):
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")

    with pytest.raises(PartnershipNotActive):
        yes(cast.sol, with_southbay)


def test_who_left_the_organization_has_lost_their_word(cast, running):
    cast.northwind.memberships.filter(user=cast.nora.user).update(state="ended")

    with pytest.raises(NotVisible):
        yes(cast.nora, running)


def test_of_two_who_press_at_once_one_finds_it_decided(transactional_db, cast):
    instance = quick(cast, {"kind": "any"})
    together, answers = Barrier(2), []

    def press(actor: Actor) -> None:
        together.wait()
        try:
            yes(actor, instance)
            answers.append("done")
        except AlreadyDecided:
            answers.append("late")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[one]) for one in (cast.nora, cast.nils)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    with acting(Actor.system("tests")):
        assert sorted(answers) == ["done", "late"]
        assert Instance.objects.get(pk=instance.pk).state == "APPROVED"
        votes = Assignment.objects.filter(instance=instance).values_list("state", flat=True)
        assert sorted(votes) == ["APPROVED", "CANCELLED"]


def test_numbers_given_at_once_are_different(transactional_db, cast):
    together, numbers = Barrier(4), []

    def ask() -> None:
        together.wait()
        try:
            numbers.append(purchase(cast).number)
        finally:
            connection.close()

    cast.nils, cast.southbay, cast.northwind  # noqa: B018  looked up once, before the threads
    threads = [Thread(target=run_as_platform, args=[ask]) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    last = sorted(int(one[-5:]) for one in numbers)
    assert last == list(range(last[0], last[0] + 4))


def run_as_platform(job) -> None:
    with acting(Actor.system("tests")):
        job()
