"""A step that waits for another request of the same organization: handed over, handed back, ended with it, never its own."""

from copy import deepcopy
from typing import Any

import pytest

from approvals.errors import TooManySubflows
from approvals.models import Instance, Run
from approvals.operations import (
    answer_subflow,
    begin_subflow,
    create_definition,
    draft_version,
    end_subflow,
    publish_definition,
    resume,
    return_to,
    skip,
    start,
    terminate,
    withdraw,
)
from approvals.operations import subflows as operations
from approvals.projection import View
from approvals.simulation import simulate
from approvals.tasks import end_child, follow, follow_all
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Membership
from tests.approvals.conftest import definition_of, no, yes
from tests.approvals.ways import FIELDS, begun, ended, published, states, step

CLOCK = Actor.system("approvals.clock")
PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]


def buy(**more: Any) -> dict[str, Any]:
    said = {"id": "buy", "type": "subflow", "definition": "buying"}
    return said | {"in": {"count": "$count", "note": "from above"}, "out": {"note": "$note"}} | more


def buying(cast: Any, *flow: Any, **more: Any) -> Any:
    way = list(flow) or [step(cast, "check", fields={"note": "edit"})]
    return published(cast, way, key="buying", **more)


def waiting(cast: Any, *after: Any, **more: Any) -> Instance:
    return begun(cast, [buy(**more), *after], {"count": 3})


def followed(instance: Instance) -> Instance:
    """Let the queue see to it."""
    run = Run.objects.get(instance=instance, node="buy", state="ACTIVE")
    follow(str(run.pk))
    return Instance.objects.get(parent_run=run)


def test_a_subflow_is_asked_by_who_asked_with_what_it_is_handed(cast):
    buying(cast)
    instance = waiting(cast)
    assert not Instance.objects.filter(parent_run__instance=instance).exists(), "the queue starts it"

    child = followed(instance)
    follow(str(child.parent_run_id))

    assert (child.initiator_id, child.acting_org_id) == (cast.nils.user_id, cast.northwind.pk)
    assert (child.form, child.state) == ({"count": 3, "note": "from above"}, "RUNNING")
    run = instance.runs.get()
    assert run.tally == {"child": str(child.pk), "number": child.number}
    ended(instance, "RUNNING")
    ended(child, "RUNNING")


def test_a_subflow_that_is_approved_hands_back_and_the_way_goes_on(cast):
    buying(cast)
    instance = waiting(cast, step(cast, "last"))
    child = followed(instance)

    yes(cast.nora, child, changed={"note": "bought"})
    follow_all()
    follow(str(child.parent_run_id))

    assert states(instance) == {"buy": "APPROVED", "last": "ACTIVE"}
    assert instance.fresh().form == {"count": 3, "note": "bought"}
    assert instance.fresh().form_rev == 2
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


@pytest.mark.parametrize("end", ["rejected", "withdrawn", "terminated"])
@pytest.mark.parametrize(("said", "state"), [({}, "REJECTED"), ({"on_reject": "continue"}, "RUNNING")])
def test_a_subflow_that_is_not_approved_is_a_no(cast, end, said, state):
    buying(cast)
    instance = waiting(cast, step(cast, "last"), **said)
    child = followed(instance)
    if end == "rejected":
        no(cast.nora, child)
    elif end == "withdrawn":
        withdraw(actor=cast.nils, instance=child)
    else:
        terminate(actor=cast.nora, instance=child, reason="Enough")

    follow(str(child.parent_run_id))

    assert Run.objects.get(instance=instance, node="buy").state == "REJECTED"
    assert instance.fresh().form == {"count": 3}, "it hands nothing back"
    ended(instance, state)


@pytest.mark.parametrize("end", ["withdraw", "terminate", "skip"])
def test_what_nothing_waits_for_any_more_is_ended(cast, end):
    buying(cast)
    instance = waiting(cast, step(cast, "last"))
    child = followed(instance)
    assert not end_subflow(actor=CLOCK, child=child), "premise: it is waited for"
    run = instance.runs.get(node="buy")
    if end == "withdraw":
        withdraw(actor=cast.nils, instance=instance)
    elif end == "terminate":
        terminate(actor=cast.nora, instance=instance, reason="Enough")
    else:
        skip(actor=cast.nora, instance=instance, run=run.pk, reason="Enough")

    follow_all()
    end_child(str(run.pk))

    ended(child, "TERMINATED")
    assert not answer_subflow(actor=CLOCK, run=run.fresh())


def test_a_subflow_that_was_returned_to_is_asked_anew(cast):
    buying(cast)
    instance = waiting(cast, step(cast, "last"))
    child = followed(instance)
    yes(cast.nora, child)
    follow(str(child.parent_run_id))

    return_to(actor=cast.nora, instance=instance, target="buy", comment="Again")
    second = followed(instance)

    assert second.pk != child.pk
    ended(second, "RUNNING")
    ended(instance, "RUNNING")


def test_a_subflow_that_cannot_be_started_stands_still_until_it_can(cast):
    buying(cast)
    instance = waiting(cast)
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(role="auditor")
    run = instance.runs.get()

    follow(str(run.pk))

    assert (run.fresh().state, run.fresh().reason) == ("SUSPENDED", "subflow")
    ended(instance, "SUSPENDED")
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(role="member")
    resume(actor=cast.nora, instance=instance, run=run.pk, reason="He is back")
    followed(instance)
    ended(instance, "RUNNING")


def test_nobody_but_who_asked_starts_it_and_nobody_but_the_clock_answers(cast):
    buying(cast)
    instance = waiting(cast)
    run = instance.runs.get()

    for verb in (operations.suspend_subflow, answer_subflow):
        with pytest.raises(NotAllowed):
            verb(actor=cast.nora, run=run)
    with pytest.raises(NotAllowed):
        end_subflow(actor=cast.nora, child=instance)


def test_requests_wait_for_one_another_eight_deep_at_most(cast, monkeypatch):
    monkeypatch.setattr(operations, "MOST_DEPTH", 1)
    buying(cast)
    published(cast, [buy(), step(cast, "x")], key="middle")
    instance = begun(cast, [buy(definition="middle")], {"count": 3})
    child = followed(instance)

    with pytest.raises(TooManySubflows):
        begin_subflow(actor=cast.nils, run=child.runs.get())


def test_a_subflow_takes_a_partner_along_and_no_partner_learns_of_it(cast):
    buying(cast, {"id": "sup", "type": "party", "party": "supplier"}, parties=PARTIES)
    definition = published(
        cast, [{"id": "sup", "type": "party", "party": "supplier"}, buy(parties={"supplier": "supplier"})],
        parties=PARTIES,
    )  # fmt: skip
    instance = start(
        actor=cast.nils, definition=definition, title="Both", form={"count": 1}, parties={"supplier": cast.southbay.pk}
    )  # fmt: skip
    yes(cast.sol, instance)
    child = followed(instance)

    assert child.parties.get().organization_id == cast.southbay.pk
    view = View(instance.fresh(), cast.sol)
    assert "buy" not in {one.run.node for one in view.steps}
    run = Run.objects.get(instance=instance, node="buy")
    assert not view.events().filter(payload__run=str(run.pk)).exists()
    yes(cast.sol, child)
    follow(str(run.pk))
    ended(instance, "APPROVED")


def test_a_simulation_says_yes_to_it(cast):
    buying(cast)
    definition = published(cast, [buy(), step(cast, "last")])

    found = simulate(cast.nora, definition, definition.current, {"count": 1}, {}, {})

    assert [(one["node"], one["state"]) for one in found["steps"]] == [
        ("buy", "APPROVED"),
        ("last", "APPROVED"),
    ]
    assert not Instance.objects.filter(definition=definition).exists()


def refused(cast: Any, flow: list[Any], key: str = "way", **more: Any) -> list[tuple[str, str]]:
    body = {
        "schema": "approval/1", "key": key, "title": {"en": "Way"}, "form": {"fields": deepcopy(FIELDS)}, "flow": flow,
    } | more  # fmt: skip
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)
    with pytest.raises(InvalidInput) as found:
        publish_definition(actor=cast.nora, version=version)
    return [(one["pointer"], one["code"]) for one in found.value.errors]


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"definition": "nothing"}, [("/flow/0/definition", "unknown")]),
        ({"definition": None}, [("/flow/0/definition", "required")]),
        ({"definition": "way"}, [("/flow/0/definition", "conflict")]),
        ({"in": {"never": 1}}, [("/flow/0/in/never", "unknown"), ("/flow/0/in/count", "required")]),
        ({"in": {"count": "$note"}}, [("/flow/0/in/count", "conflict")]),
        ({"in": {"count": "three"}}, [("/flow/0/in/count", "type")]),
        ({"in": []}, [("/flow/0/in", "type")]),
        ({"out": {"note": "$never"}}, [("/flow/0/out/note", "unknown")]),
        ({"out": {"never": "$note"}}, [("/flow/0/out/never", "unknown")]),
        ({"parties": {"supplier": "supplier"}}, [("/flow/0/parties/supplier", "unknown")]),
    ],
)
def test_a_subflow_that_does_not_fit_is_not_published(cast, said, faults):
    fields = [one | ({"required": True} if one["id"] == "count" else {}) for one in FIELDS]
    buying(cast, form={"fields": fields})

    assert refused(cast, [buy(**said)]) == faults


def test_no_subflow_waits_for_itself_by_way_of_others(cast):
    buying(cast)
    published(cast, [buy()], key="middle")
    body = {
        "schema": "approval/1", "key": "buying", "title": {"en": "Way"}, "form": {"fields": FIELDS},
        "flow": [buy(definition="middle")],
    }  # fmt: skip

    version = draft_version(actor=cast.nora, definition=definition_of(cast.northwind, "buying"), body=body)
    with pytest.raises(InvalidInput) as found:
        publish_definition(actor=cast.nora, version=version)

    assert [(one["pointer"], one["code"]) for one in found.value.errors] == [
        ("/flow/0/definition", "conflict")
    ]


def test_a_fragment_asks_no_request_of_its_own(cast):
    assert ("/flow/0/type", "conflict") in refused(
        cast, [buy(definition="way.other")], fragment={"kind": "supplier"}
    )
