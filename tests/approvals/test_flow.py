"""The block tree: which branches are taken, how they join, what passes by itself, and where it stands still."""

from functools import partial
from typing import Any

import pytest

from approvals.engine import flow as engine_flow
from approvals.models import Assignment, Instance, Run
from approvals.operations import start
from kernel.errors import InvalidInput
from tests.approvals.conftest import no, yes
from tests.approvals.ways import FIELDS, begun, case, ended, published, states, step


@pytest.fixture
def define(cast: Any) -> Any:
    return partial(begun, cast)


def branch(*flow: Any) -> dict[str, Any]:
    return {"flow": list(flow)}


def test_branch_takes_the_first_that_is_true(cast, define):
    split = {
        "id": "big",
        "type": "branch",
        "cases": [
            case({"ge": ["$amount", "100000"]}, step(cast, "cfo")),
            case({"ge": ["$amount", "1000"]}, step(cast, "lead")),
            case({"ge": ["$amount", "10"]}, step(cast, "never")),
        ],
        "default": [],
    }
    instance = define([split, step(cast, "last")], {"amount": {"amount": "5000.00", "currency": "CNY"}})

    assert states(instance) == {"big": "ACTIVE", "lead": "ACTIVE"}
    yes(cast.nora, instance)
    assert states(instance) == {"big": "DONE", "lead": "APPROVED", "last": "ACTIVE"}
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_branch_without_a_true_case_takes_the_default(cast, define):
    split = {
        "id": "big",
        "type": "branch",
        "cases": [case({"gt": ["$amount", "1"]}, step(cast, "cfo"))],
        "default": [step(cast, "otherwise")],
    }

    instance = define([split])

    assert states(instance) == {"big": "ACTIVE", "otherwise": "ACTIVE"}, "comparing null is false"


def test_inclusive_takes_all_that_are_true_and_waits_for_them(cast, define):
    split = {
        "id": "any",
        "type": "inclusive",
        "cases": [
            case({"gt": ["$count", 1]}, step(cast, "a")),
            case({"gt": ["$count", 2]}, step(cast, "b", "nils")),
            case({"gt": ["$count", 9]}, step(cast, "c")),
        ],
        "default": [step(cast, "d")],
    }
    instance = define([split], {"count": 3})

    assert states(instance) == {"any": "ACTIVE", "a": "ACTIVE", "b": "ACTIVE"}
    yes(cast.nils, instance)
    assert instance.fresh().state == "RUNNING"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def parallel(cast, join):
    return {
        "id": "both",
        "type": "parallel",
        "join": join,
        "branches": [
            branch(step(cast, "a"), step(cast, "a2")),
            branch(step(cast, "b", "nils")),
        ],
    }


def test_parallel_all_waits_for_every_branch(cast, define):
    instance = define([parallel(cast, "all")])

    yes(cast.nils, instance)
    yes(cast.nora, instance)
    assert instance.fresh().state == "RUNNING"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_parallel_first_cancels_the_losers(cast, define):
    instance = define([parallel(cast, "first")])

    yes(cast.nils, instance)

    assert states(instance) == {"both": "DONE", "a": "CANCELLED", "b": "APPROVED"}
    assert Assignment.objects.get(instance=instance, run__node="a").state == "CANCELLED"
    ended(instance, "APPROVED")


def test_parallel_n_that_cannot_be_reached_is_rejected(cast, define):
    instance = define([parallel(cast, 2)])

    no(cast.nils, instance)

    assert states(instance) == {"both": "REJECTED", "a": "CANCELLED", "b": "REJECTED"}
    ended(instance, "REJECTED")


def test_parallel_first_survives_one_refusal(cast, define):
    instance = define([parallel(cast, "first")])

    no(cast.nils, instance)
    assert instance.fresh().state == "RUNNING"
    no(cast.nora, instance)
    ended(instance, "REJECTED")


def test_on_reject_continue_goes_on(cast, define):
    instance = define([step(cast, "ask", on_reject="continue"), step(cast, "last")])

    no(cast.nora, instance)

    assert states(instance) == {"ask": "REJECTED", "last": "ACTIVE"}


def test_a_condition_may_ask_how_a_step_ended(cast, define):
    split = {
        "id": "then",
        "type": "branch",
        "cases": [case({"eq": ["$step.ask.outcome", "rejected"]}, step(cast, "appeal"))],
        "default": [],
    }
    instance = define([step(cast, "ask", on_reject="continue"), split])

    no(cast.nora, instance)

    assert states(instance)["appeal"] == "ACTIVE"


def test_set_writes_fields_and_cc_sends_copies_and_neither_waits(cast, define):
    flow = [
        {"id": "note", "type": "set", "fields": {"note": "checked", "count": 7}},
        {"id": "copy", "type": "cc", "who": [{"users": [str(cast.nora.user_id)]}]},
        step(cast, "last"),
    ]
    instance = define(flow)

    assert instance.fresh().form == {"note": "checked", "count": 7}
    assert instance.fresh().form_rev == 2
    assert states(instance) == {"note": "DONE", "copy": "DONE", "last": "ACTIVE"}
    assert Assignment.objects.get(instance=instance, run__node="copy").state == "COPIED"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_a_copy_lets_its_reader_in(cast, define):
    instance = define(
        [
            {"id": "copy", "type": "cc", "who": [{"users": [str(cast.ada.user_id), str(cast.nora.user_id)]}]},
            step(cast, "last", "nils"),
        ]
    )

    people = Assignment.objects.filter(instance=instance, state="COPIED")
    assert [one.principal_id for one in people] == [cast.nora.user_id], "auditors get no copies"
    assert Instance.objects.visible_to(cast.nora).filter(pk=instance.pk).exists()


@pytest.mark.parametrize(("outcome", "state"), [("approved", "APPROVED"), ("rejected", "REJECTED")])
def test_end_ends_the_flow_whatever_else_is_open(cast, define, outcome, state):
    flow = [
        {
            "id": "both",
            "type": "parallel",
            "branches": [
                branch(step(cast, "a")),
                branch(step(cast, "b", "nils"), {"id": "stop", "type": "end", "outcome": outcome}),
            ],
        },
        step(cast, "never"),
    ]
    instance = define(flow)

    yes(cast.nils, instance)

    assert states(instance) == {"both": "CANCELLED", "a": "CANCELLED", "b": "APPROVED"}
    ended(instance, state)


def test_handle_is_done_when_it_is_completed(cast, define):
    instance = define([step(cast, "fill") | {"type": "handle"}])

    yes(cast.nora, instance)

    assert states(instance) == {"fill": "DONE"}
    ended(instance, "APPROVED")


def test_a_condition_without_an_answer_suspends(cast, define):
    split = {
        "id": "odd",
        "type": "branch",
        "cases": [case({"gt": ["$amount", "$limit"]}, step(cast, "cfo"))],
        "default": [],
    }
    fields = [*FIELDS, {"id": "limit", "type": "money"}]
    form = {
        "amount": {"amount": "5.00", "currency": "CNY"},
        "limit": {"amount": "3.00", "currency": "EUR"},
    }
    instance = start(
        actor=cast.nils,
        definition=published(cast, [split], form={"fields": fields}),
        title="Odd",
        form=form,
    )

    run = Run.objects.get(instance=instance)
    assert (run.state, run.reason) == ("SUSPENDED", "condition")
    ended(instance, "SUSPENDED")


def test_a_flow_that_passes_too_many_steps_by_itself_suspends(cast, define, monkeypatch):
    monkeypatch.setattr(engine_flow, "MOST_STEPS", 2)
    passing = [{"id": f"s{n}", "type": "set", "fields": {"count": n}} for n in range(4)]

    instance = define(passing)

    run = Run.objects.get(instance=instance, state="SUSPENDED")
    assert (run.node, run.reason) == ("s2", "steps")
    ended(instance, "SUSPENDED")


def test_one_branch_that_stands_still_suspends_nothing_else(cast, define, monkeypatch):
    split = parallel(cast, "all")
    instance = define([split])
    run = Run.objects.get(instance=instance, node="a")
    from approvals.engine import Case
    from approvals.engine.runs import suspend

    held = Case.locked(instance.pk, cast.nils)
    suspend(held, held.runs[run.pk], "stalled")
    held.save()

    assert instance.fresh().state == "RUNNING"
    yes(cast.nils, instance)
    ended(instance, "SUSPENDED")


def test_a_split_inside_a_split_joins_outwards(cast, define):
    inner = parallel(cast, "all")
    outer = {
        "id": "outer",
        "type": "branch",
        "cases": [case({"eq": ["$count", 1]}, inner, step(cast, "after"))],
        "default": [],
    }
    instance = define([outer, step(cast, "last")], {"count": 1})

    yes(cast.nils, instance)
    yes(cast.nora, instance)
    yes(cast.nora, instance)
    assert states(instance) == {
        "outer": "ACTIVE", "both": "DONE", "a": "APPROVED", "a2": "APPROVED", "b": "APPROVED", "after": "ACTIVE",
    }  # fmt: skip
    yes(cast.nora, instance)
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_checks_of_the_form_are_asked_at_submission(cast):
    checks = [{"if": {"gt": ["$amount", "0"]}, "msg": {"en": "Above zero"}}]
    definition = published(cast, [step(cast, "a")], form={"fields": FIELDS, "checks": checks})

    with pytest.raises(InvalidInput) as refused:
        start(
            actor=cast.nils,
            definition=definition,
            title="None",
            form={"amount": {"amount": "0", "currency": "CNY"}},
        )

    assert [(one["pointer"], one["detail"]) for one in refused.value.errors] == [
        ("/form/checks/0", "Above zero")
    ]
