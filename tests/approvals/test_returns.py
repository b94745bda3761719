"""Returning: what came after no longer counts, joins reopen for one branch, and a partner is left out of it."""

from typing import Any

import pytest

from approvals.errors import NotReached, RequestClosed, StaleForm
from approvals.models import Assignment, Run
from approvals.operations import edit_fields, resubmit, return_to
from approvals.paper import content_of
from approvals.projection import View
from kernel.errors import InvalidInput, NotAllowed
from tests.approvals.conftest import no, yes
from tests.approvals.ways import begun, ended, slots, states, step


def back(actor: Any, instance: Any, target: str, **said: Any) -> Any:
    return return_to(actor=actor, instance=instance, target=target, comment="Again", **said)


def three(cast: Any, **more: Any) -> Any:
    return begun(
        cast, [step(cast, "one", "nora"), step(cast, "two", "nils"), step(cast, "three", "nora")], **more
    )


def of_node(instance: Any, node: str) -> list[str]:
    return list(instance.runs.filter(node=node).order_by("pk").values_list("state", flat=True))


def test_return_replay_walks_the_way_anew(cast):
    instance = three(cast)
    yes(cast.nora, instance)
    yes(cast.nils, instance)

    back(cast.nora, instance, "one")

    assert of_node(instance, "one") == ["SUPERSEDED", "ACTIVE"]
    assert of_node(instance, "two") == ["SUPERSEDED"]
    assert of_node(instance, "three") == ["RETURNED"]
    assert instance.fresh().round == 2
    for who in (cast.nora, cast.nils, cast.nora):
        yes(who, instance)
    ended(instance, "APPROVED")


def test_return_resume_comes_straight_back(cast):
    instance = three(cast)
    yes(cast.nora, instance)
    yes(cast.nils, instance)

    back(cast.nora, instance, "one", mode="resume")
    yes(cast.nora, instance)

    assert of_node(instance, "two") == ["APPROVED"]
    assert of_node(instance, "three") == ["RETURNED", "ACTIVE"]
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_resume_only_without_material_change(cast):
    flow = [
        step(cast, "one", "nora", fields={"amount": "edit"}),
        step(cast, "two", "nils"),
        step(cast, "three", "nora"),
    ]
    instance = begun(cast, flow)
    yes(cast.nora, instance)
    yes(cast.nils, instance)
    back(cast.nora, instance, "one", mode="resume")

    edit_fields(actor=cast.nora, instance=instance, changed={"amount": {"amount": "9.00", "currency": "CNY"}})
    yes(cast.nora, instance)

    assert of_node(instance, "two") == ["SUPERSEDED", "ACTIVE"]
    ended(instance, "RUNNING")


def test_return_previous(cast):
    instance = three(cast)
    yes(cast.nora, instance)
    yes(cast.nils, instance)

    back(cast.nora, instance, "previous")

    assert of_node(instance, "two") == ["SUPERSEDED", "ACTIVE"]


def parallel(cast: Any) -> dict[str, Any]:
    return {
        "id": "both",
        "type": "parallel",
        "branches": [
            {"flow": [step(cast, "a", "nora"), step(cast, "a2", "nora")]},
            {"flow": [step(cast, "b", "nils")]},
        ],
    }


def test_a_sibling_branch_is_not_returned_to(cast):
    instance = begun(cast, [parallel(cast)])
    yes(cast.nils, instance)

    with pytest.raises(NotReached):
        back(cast.nora, instance, "b")


def test_return_inside_a_branch_leaves_the_others_alone(cast):
    instance = begun(cast, [parallel(cast)])
    yes(cast.nora, instance)

    back(cast.nora, instance, "a")

    assert of_node(instance, "a") == ["SUPERSEDED", "ACTIVE"]
    assert states(instance)["b"] == "ACTIVE"
    for who in (cast.nora, cast.nora, cast.nils):
        yes(who, instance)
    ended(instance, "APPROVED")


def test_the_join_is_reopened_for_that_branch_only(cast):
    instance = begun(cast, [parallel(cast), step(cast, "last", "nora")])
    for who in (cast.nora, cast.nora, cast.nils):
        yes(who, instance)

    back(cast.nora, instance, "a2")

    assert of_node(instance, "both") == ["SUPERSEDED", "ACTIVE"]
    assert of_node(instance, "b") == ["APPROVED"]
    assert of_node(instance, "a") == ["APPROVED"]
    yes(cast.nora, instance)
    assert states(instance)["last"] == "ACTIVE"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_what_was_not_passed_is_not_returned_to(cast):
    instance = three(cast)

    for target in ("two", "three", "one", "nowhere"):
        with pytest.raises(NotReached):
            back(cast.nora, instance, target)
    with pytest.raises(InvalidInput):
        return_to(actor=cast.nora, instance=instance, target="START")


def test_return_to_start_and_resubmit_keep_the_number(cast):
    instance = three(cast)
    yes(cast.nora, instance)
    number = instance.fresh().number

    back(cast.nils, instance, "START")
    ended(instance, "RETURNED")
    with pytest.raises(NotAllowed):
        resubmit(actor=cast.nora, instance=instance)
    resubmit(actor=cast.nils, instance=instance, form={"note": "better"})

    now = instance.fresh()
    assert (now.number, now.round, now.form_rev, now.state) == (number, 2, 2, "RUNNING")
    assert slots(instance, "one")["nora"] == "PENDING"
    with pytest.raises(RequestClosed):
        resubmit(actor=cast.nils, instance=instance)
    ended(instance, "RUNNING")


def test_resubmit_may_resume_where_it_was_returned_from(cast):
    instance = three(cast)
    yes(cast.nora, instance)

    back(cast.nils, instance, "START", mode="resume")
    resubmit(actor=cast.nils, instance=instance, form={"note": "explained"})

    assert of_node(instance, "one") == ["APPROVED"]
    assert of_node(instance, "two") == ["RETURNED", "ACTIVE"]
    ended(instance, "RUNNING")


def test_resubmit_with_a_material_change_begins_anew(cast):
    instance = three(cast)
    yes(cast.nora, instance)

    back(cast.nils, instance, "START", mode="resume")
    resubmit(actor=cast.nils, instance=instance, form={"amount": {"amount": "2.00", "currency": "CNY"}})

    assert of_node(instance, "one") == ["SUPERSEDED", "ACTIVE"]
    ended(instance, "RUNNING")


def test_on_reject_returns_to_a_step(cast):
    flow = [step(cast, "one", "nora"), step(cast, "two", "nils", on_reject="return:one")]
    instance = begun(cast, flow)
    yes(cast.nora, instance)

    no(cast.nils, instance)

    assert of_node(instance, "one") == ["SUPERSEDED", "ACTIVE"]
    ended(instance, "RUNNING")


def test_on_reject_return_start_gives_it_back(cast):
    instance = begun(cast, [step(cast, "one", "nora", on_reject="return:START")])

    no(cast.nora, instance)

    ended(instance, "RETURNED")


def test_a_circle_of_automatic_refusals_ends_suspended(cast, monkeypatch):
    from approvals.engine import flow as engine

    monkeypatch.setattr(engine, "MOST_STEPS", 40)
    nobody = {"who": [{"role": {"key": "nobody"}}], "empty": "auto_reject", "on_reject": "return:one"}
    passing = {"who": [{"role": {"key": "nobody"}}], "empty": "auto_pass"}
    instance = begun(cast, [step(cast, "one") | passing, step(cast, "two") | nobody])

    assert Run.objects.get(instance=instance, state="SUSPENDED").reason == "steps"
    ended(instance, "SUSPENDED")


# ── Writing to the form ──────────────────────────────────────────────────────
def test_what_a_step_hides_from_its_people_is_no_field_of_theirs(cast):
    instance = begun(
        cast,
        [step(cast, "one", "nora", fields={"note": "hide", "count": "edit"}), step(cast, "two", "nora")],
        {"note": "a", "count": 1},
    )

    with pytest.raises(InvalidInput) as refused:
        edit_fields(actor=cast.nora, instance=instance, changed={"note": "b"})

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [
        ("/fields/note", "unknown_field")
    ]
    yes(cast.nora, instance)
    yes(cast.nora, instance)
    first, second = Assignment.objects.filter(instance=instance).order_by("pk")
    assert first.view_hash != second.view_hash, "a decision says what it was taken upon"
    ended(instance, "APPROVED")


def test_edit_takes_what_the_step_lets_its_people_change(cast):
    instance = begun(cast, [step(cast, "one", "nora", fields={"note": "edit"})])

    edit_fields(actor=cast.nora, instance=instance, changed={"note": "seen"}, form_rev=1)

    assert (instance.fresh().form, instance.fresh().form_rev) == ({"note": "seen"}, 2)
    with pytest.raises(StaleForm):
        yes(cast.nora, instance, form_rev=1)
    with pytest.raises(NotAllowed):
        edit_fields(actor=cast.nora, instance=instance, changed={"note": "x", "count": 1})
    with pytest.raises(InvalidInput):
        edit_fields(actor=cast.nora, instance=instance, changed={"nothing": 1})
    with pytest.raises(InvalidInput):
        edit_fields(actor=cast.nora, instance=instance, changed={"note": 7})
    assert instance.fresh().form == {"note": "seen"}, "nothing of what is refused is stored"
    yes(cast.nora, instance, form_rev=2, changed={"note": "done"})
    assert instance.fresh().form == {"note": "done"}
    ended(instance, "APPROVED")


def test_where_a_partner_sent_it_back_its_page_says_so_until_it_is_asked_anew(cast, page, with_southbay):
    """And what its own people decided before no longer counts, which their steps say."""
    back(cast.sol, with_southbay, "START", audience="shared")

    shown = page("nils").get(f"/approvals/{with_southbay.pk}/").content.decode()
    assert ("Sent it back" in shown, "Has done its part" in shown, "Again" in shown) == (True, False, True)
    assert "No longer counts" in shown
    party = View(with_southbay.fresh(), cast.nils).others[0]
    assert (party.state, party.outcome) == ("DONE", "RETURNED")
    assert "Sent it back" in str(content_of(View(with_southbay.fresh(), cast.nils)))


def test_a_partners_answer_that_no_longer_counts_is_none(cast):
    slots = [{"id": "buyer", "bind": "initiator"}, {"id": "maker", "bind": "counterparty"}]
    flow = [{"id": "sup", "type": "party", "party": "maker"}, step(cast, "after", "nora")]
    instance = begun(cast, flow, parties=slots, asked={"parties": {"maker": cast.southbay.pk}})
    yes(cast.sol, instance)
    assert View(instance.fresh(), cast.nils).others[0].outcome == "APPROVED", "premise: it agreed"

    back(cast.nora, instance, "START")

    party = View(instance.fresh(), cast.nils).others[0]
    assert (party.state, party.outcome, party.said) == ("NOT_STARTED", None, "")
