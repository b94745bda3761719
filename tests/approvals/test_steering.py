"""Who steers an organization steps in: reassign, skip, resume, terminate; never in another's house."""

from typing import Any

import pytest

from approvals.errors import PartnershipNotActive, RemindedRecently, RequestClosed, StepClosed
from approvals.models import Assignment, Run
from approvals.operations import copy_to, heed_partnerships, reassign, remind, resume, skip, terminate
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Membership, Partnership
from tests.approvals.conftest import yes
from tests.approvals.ways import begun, ended, slots, states, step


def run_of(instance: Any, node: str) -> Run:
    return Run.objects.filter(instance=instance, node=node).latest("pk")


def test_reassign_puts_somebody_else_in_the_place(cast):
    Membership.objects.create(organization=cast.northwind, user=cast.sia.user, role="member")
    instance = begun(cast, [step(cast, "ask", "nils")])
    slot = Assignment.objects.get(instance=instance)

    with pytest.raises(NotAllowed):
        reassign(actor=cast.nils, instance=instance, assignment=slot.pk, to=cast.sia.user_id, reason="Away")
    with pytest.raises(InvalidInput):
        reassign(actor=cast.nora, instance=instance, assignment=slot.pk, to=cast.sia.user_id, reason=" ")
    reassign(actor=cast.nora, instance=instance, assignment=slot.pk, to=cast.sia.user_id, reason="Away")

    assert slots(instance, "ask") == {"nils": "REMOVED", "sia": "PENDING"}
    yes(cast.sia.for_org(cast.northwind), instance)
    ended(instance, "APPROVED")


def test_skip_goes_past_a_step(cast):
    instance = begun(cast, [step(cast, "ask", "nils"), step(cast, "then", "nora")])

    skip(actor=cast.nora, instance=instance, run=run_of(instance, "ask").pk, reason="Not needed")

    assert states(instance) == {"ask": "SKIPPED", "then": "ACTIVE"}
    ended(instance, "RUNNING")


def test_the_host_cannot_reassign_or_skip_inside_a_partner(cast, with_southbay):
    slot = Assignment.objects.get(instance=with_southbay, principal=cast.sol.user)
    inner, outer = slot.run, slot.run.parent

    for run in (inner, outer):
        with pytest.raises((NotAllowed, StepClosed)):
            skip(actor=cast.nora, instance=with_southbay, run=run.pk, reason="Hurry")
    with pytest.raises(NotAllowed):
        reassign(
            actor=cast.nora, instance=with_southbay, assignment=slot.pk, to=cast.nora.user_id, reason="Hurry"
        )


def test_resume_asks_again_when_somebody_is_there(cast, monkeypatch):
    from approvals.assignees import Directory

    flow = [step(cast, "ask") | {"who": [{"role": {"key": "nobody"}}]}]
    with monkeypatch.context() as nobody:
        nobody.setattr(Directory, "fallback", lambda self: [])
        instance = begun(cast, flow)
        run = run_of(instance, "ask")
        with pytest.raises(StepClosed):
            resume(actor=cast.nora, instance=instance, run=run.pk, reason="Try")
    ended(instance, "SUSPENDED")

    resume(actor=cast.nora, instance=instance, run=run.pk, reason="Try")

    assert slots(instance, "ask") == {"nora": "PENDING"}
    ended(instance, "RUNNING")
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_resume_meets_a_partner_whose_partnership_rested(cast, running):
    yes(cast.nora, running)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    yes(cast.nora, running)
    assert running.fresh().state == "SUSPENDED", "premise"
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="active")

    resume(
        actor=cast.nora, instance=running, run=Run.objects.get(instance=running, type="party").pk, reason="On"
    )

    ended(running, "RUNNING")
    yes(cast.sol, running)
    ended(running, "APPROVED")


def test_terminate_is_the_hosts_alone(cast, with_southbay):
    with pytest.raises(NotAllowed):
        terminate(actor=cast.sol, instance=with_southbay, reason="No")
    with pytest.raises(InvalidInput):
        terminate(actor=cast.nora, instance=with_southbay, reason="")

    terminate(actor=cast.nora, instance=with_southbay, reason="Obsolete")

    ended(with_southbay, "TERMINATED")
    with pytest.raises(RequestClosed):
        terminate(actor=cast.nora, instance=with_southbay, reason="Obsolete")


def test_a_partner_hears_nothing_of_the_reason(cast, with_southbay, api):
    terminate(actor=cast.nora, instance=with_southbay, reason="Obsolete canary")

    said = api("sol").get(f"approvals/instances/{with_southbay.pk}/events/").content.decode()
    assert "canary" not in said


def test_remind_reaches_the_partner_as_a_whole_and_once_an_hour(cast, with_southbay):
    from audit.models import Outbox

    remind(actor=cast.nils, instance=with_southbay)

    facts = list(Outbox.objects.filter(name="approvals.request_reminded"))
    ours = [one for one in facts if cast.northwind.pk in (one.org_id, *one.org_ids)]
    theirs = [one for one in facts if cast.southbay.pk in (one.org_id, *one.org_ids)]
    assert theirs, "premise: Southbay is reminded"
    assert not [one for one in ours if str(cast.sol.user_id) in str(one.kept())]
    with pytest.raises(RemindedRecently):
        remind(actor=cast.nils, instance=with_southbay)


def test_copy_to_lets_a_colleague_in(cast, with_southbay):
    copy_to(actor=cast.sol, instance=with_southbay, users=[cast.sia.user_id])

    assert type(with_southbay).objects.visible_to(cast.sia).filter(pk=with_southbay.pk).exists()
    assert slots(with_southbay, "copy") == {"sia": "COPIED"}
    with pytest.raises(InvalidInput):
        copy_to(actor=cast.sol, instance=with_southbay, users=[cast.nils.user_id])
    ended(with_southbay, "RUNNING")


# ── A partner with whom nothing is active ────────────────────────────────────
def between(cast: Any) -> Any:
    return Partnership.objects.between(cast.northwind.pk, cast.southbay.pk)


def test_a_partners_step_rests_while_the_partnership_does(cast, with_southbay):
    platform = Actor.system("tests")
    assert not heed_partnerships(actor=platform, instance=with_southbay), "premise: it is active"
    between(cast).update(state="suspended")

    heed_partnerships(actor=platform, instance=with_southbay)

    ended(with_southbay, "SUSPENDED")
    assert {one.reason for one in Run.objects.filter(instance=with_southbay, state="SUSPENDED")} == {
        "partnership"
    }
    with pytest.raises(PartnershipNotActive):
        resume(actor=cast.nora, instance=with_southbay, run=run_of_party(with_southbay).pk, reason="On")
    between(cast).update(state="active")
    heed_partnerships(actor=platform, instance=with_southbay)
    assert not heed_partnerships(actor=platform, instance=with_southbay)

    ended(with_southbay, "RUNNING")
    yes(cast.sol, with_southbay)
    ended(with_southbay, "APPROVED")


def test_the_inner_step_does_not_go_on_by_itself(cast, with_southbay):
    between(cast).update(state="suspended")
    heed_partnerships(actor=Actor.system("tests"), instance=with_southbay)
    inner = Run.objects.get(instance=with_southbay, parent__type="party")

    with pytest.raises(StepClosed):
        resume(actor=cast.sol, instance=with_southbay, run=inner.pk, reason="On")


def run_of_party(instance: Any) -> Run:
    return Run.objects.get(instance=instance, type="party")
