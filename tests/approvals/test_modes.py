"""How a step is decided by several: quotas, weights, turns, groups, and what abstaining does."""

from typing import Any

import pytest

from approvals.models import Assignment, Run
from approvals.operations import decide
from orgs.models import Membership
from tests.approvals.conftest import no, yes
from tests.approvals.ways import begun, ended, slots, step, users


@pytest.fixture
def four(cast: Any) -> Any:
    """Sia and Otto work at Northwind too, so that four may decide."""
    for name in ("sia", "otto"):
        Membership.objects.create(organization=cast.northwind, user=getattr(cast, name).user, role="member")
    for name in ("sia", "otto"):
        cast.__dict__[f"{name}_n"] = getattr(cast, name).for_org(cast.northwind)
    return cast


EVERYBODY = ("nora", "nils", "sia", "otto")


def asked(cast: Any, mode: Any, **more: Any) -> Any:
    return begun(cast, [step(cast, "all", *EVERYBODY, mode=mode) | more])


def abstain(actor: Any, instance: Any) -> Any:
    return decide(actor=actor, instance=instance, verdict=Assignment.State.ABSTAINED)


def test_quota_n_approves_with_n(four):
    instance = asked(four, {"kind": "quota", "n": 2})

    yes(four.nora, instance)
    no(four.nils, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")
    assert slots(instance, "all")["otto"] == "CANCELLED"


def test_quota_percent_rounds_up(four):
    instance = asked(four, {"kind": "quota", "percent": 60})

    yes(four.nora, instance)
    yes(four.nils, instance)
    assert instance.fresh().state == "RUNNING", "two of four are not sixty percent"
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")


def test_quota_rejects_at_once_when_out_of_reach(four):
    instance = asked(four, {"kind": "quota", "n": 3})

    no(four.nora, instance)
    abstain(four.nils, instance)

    ended(instance, "REJECTED")


def test_quota_of_more_than_there_are_suspends(cast):
    instance = begun(cast, [step(cast, "all", "nora", mode={"kind": "quota", "n": 2})])

    assert Run.objects.get(instance=instance).reason == "quorum_lost"
    ended(instance, "SUSPENDED")


def test_weighted_counts_by_weight(four):
    weights = {str(four.nora.user_id): 5}
    instance = asked(four, {"kind": "weighted", "weights": weights, "num": 1, "den": 2, "op": ">"})

    no(four.nils, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.nora, instance)

    ended(instance, "APPROVED")


def test_weighted_tie_is_the_chairs_own_vote(four):
    mode = {"kind": "weighted", "num": 1, "den": 2, "tie": "chair", "chair": str(four.nora.user_id)}
    instance = asked(four, mode)

    yes(four.nora, instance)
    no(four.sia_n, instance)
    no(four.otto_n, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.nils, instance)

    ended(instance, "APPROVED")


def test_sequence_has_one_pending_at_a_time(four):
    instance = asked(four, {"kind": "sequence"})
    assert slots(instance, "all") == {
        "nora": "PENDING",
        "nils": "WAITING",
        "sia": "WAITING",
        "otto": "WAITING",
    }

    yes(four.nora, instance)
    assert slots(instance, "all") == {
        "nora": "APPROVED",
        "nils": "PENDING",
        "sia": "WAITING",
        "otto": "WAITING",
    }
    abstain(four.nils, instance)
    yes(four.sia_n, instance)
    yes(four.otto_n, instance)

    ended(instance, "APPROVED")


def test_sequence_ends_with_the_first_no(four):
    instance = asked(four, {"kind": "sequence"})

    no(four.nora, instance)

    assert slots(instance, "all")["nils"] == "CANCELLED"
    ended(instance, "REJECTED")


def grouped(cast: Any) -> dict[str, Any]:
    return {
        "id": "all",
        "type": "approve",
        "mode": {
            "kind": "groups",
            "groups": [
                {"who": [users(cast, "nora", "nils")], "mode": {"kind": "any"}},
                {"who": [users(cast, "nils", "sia", "otto")], "mode": {"kind": "quota", "n": 2}},
            ],
        },
    }


def test_groups_must_all_approve(four):
    instance = begun(four, [grouped(four)])

    yes(four.nora, instance)
    yes(four.sia_n, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.otto_n, instance)

    ended(instance, "APPROVED")


def test_one_word_counts_in_every_group_of_its_person(four):
    instance = begun(four, [grouped(four)])

    yes(four.nils, instance)
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")


def test_one_group_that_rejects_is_enough(four):
    instance = begun(four, [grouped(four)])

    no(four.sia_n, instance)
    assert instance.fresh().state == "RUNNING"
    no(four.otto_n, instance)

    ended(instance, "REJECTED")


def test_a_group_that_is_decided_stays_so(four):
    instance = begun(four, [grouped(four)])

    yes(four.nora, instance)
    no(four.nils, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.sia_n, instance)
    yes(four.otto_n, instance)

    ended(instance, "APPROVED")


def test_all_is_content_with_abstentions_beside_a_yes(four):
    instance = asked(four, {"kind": "all"})

    for who in (four.nora, four.nils, four.sia_n):
        abstain(who, instance)
    yes(four.otto_n, instance)

    ended(instance, "APPROVED")


def test_only_abstentions_turn_to_the_admins(cast):
    instance = begun(cast, [step(cast, "all", "nils", mode={"kind": "any"})])

    abstain(cast.nils, instance)

    assert slots(instance, "all") == {"nils": "ABSTAINED", "nora": "PENDING"}
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


@pytest.mark.parametrize(("empty", "state"), [("auto_pass", "APPROVED"), ("auto_reject", "REJECTED")])
def test_only_abstentions_end_as_the_node_says(cast, empty, state):
    instance = begun(cast, [step(cast, "all", "nils", empty=empty)])

    abstain(cast.nils, instance)

    ended(instance, state)


def test_only_abstentions_of_the_admins_suspend(cast):
    instance = begun(cast, [step(cast, "all", "nora")])

    abstain(cast.nora, instance)

    assert Run.objects.get(instance=instance).reason == "stalled"
    ended(instance, "SUSPENDED")


def test_a_vote_costs_as_many_statements_whether_few_or_many_are_asked(four, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    yes(four.nora, begun(four, [step(four, "first")], key="first"))  # whatever is read once a process is read
    costs = []
    for names in (("nora", "nils", "sia"), EVERYBODY):
        instance = begun(
            four, [step(four, "all", *names, mode={"kind": "quota", "n": 3})], key=f"way{len(names)}"
        )
        with CaptureQueriesContext(connection) as queries:
            yes(four.nora, instance)
        costs.append(len(queries))

    assert costs[0] == costs[1]
