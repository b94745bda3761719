"""What a viewer can do with a request at this moment: what is offered here is not refused a moment later."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from approvals.aftermath import can_be_amended
from approvals.models import Assignment, Instance, Run
from approvals.stillness import PARTNERSHIP
from kernel.rules import may

if TYPE_CHECKING:
    from approvals.projection import View

Offer = dict[str, Any]
IN_TURN = (
    "approve", "reject", "abstain", "add_before", "add_after", "add_parallel", "transfer", "return",
)  # fmt: skip


def offer(action: str, assignment: Any = None, **more: Any) -> Offer:
    return {"action": action, "assignment": assignment, **more}


def possible(view: "View") -> Iterator[Offer]:
    instance, actor = view.instance, view.actor
    is_own = may(actor, "approvals.submit", instance)
    if instance.is_draft and is_own:
        yield offer("submit")
        yield offer("discard")
    if instance.state == Instance.State.DISCARDED and is_own:
        yield offer("take_up")
    if view.my_slot:
        yield from _in_turn(view, view.my_slot)
    if instance.state == Instance.State.RUNNING:
        yield from _own_words(view)
    if view.may_withdraw:
        yield offer("withdraw")
    elif view.is_host and instance.is_open and may(actor, "approvals.withdraw", instance):
        yield offer("propose_withdraw")
    if (
        view.takes_part
        and str(view.side) in instance.proposal.get("asks", [])
        and may(actor, "approvals.steer", view.side)
    ):
        yield offer("consent_withdraw")
        yield offer("decline_withdraw")
    if instance.state == Instance.State.RETURNED and is_own:
        yield offer("resubmit")
    if is_own and can_be_amended(instance):
        yield offer("amend")
        yield offer("revoke")
    if view.takes_part and not instance.is_unsent and may(actor, "approvals.comment", view.side):
        yield offer("comment")
        yield offer("cc")
        if instance.state == Instance.State.RUNNING:
            yield offer("remind")
    if instance.is_open and may(actor, "approvals.steer", view.side):
        yield from _steering(view)


def _in_turn(view: "View", slot: Assignment) -> Iterator[Offer]:
    for action in IN_TURN:
        yield offer(action, slot.pk)
    if view.writable:
        yield offer("edit", slot.pk)


def _own_words(view: "View") -> Iterator[Offer]:
    """One's own word in a step that is still open, and those whom one has asked."""
    mine = {one.pk for one in view.own_slots}
    for slot in view.side_slots:
        run = view.run_of(slot)
        if run.state != Run.State.ACTIVE:
            continue
        if slot.pk in mine and slot.state in Assignment.DECIDED:
            yield offer("retract", slot.pk)
        if slot.added_by_id in mine and slot.is_open:
            yield offer("remove_added", slot.pk)


def _steering(view: "View") -> Iterator[Offer]:
    """What those who steer a side may do; what rests with a partnership goes on by itself with that, and with nothing else."""
    for step in view.steps:
        rests = step.run.state == Run.State.SUSPENDED and step.run.reason == PARTNERSHIP
        if step.run.state == Run.State.SUSPENDED and not rests and (not step.sealed or view.is_host):
            yield offer("resume", run=step.run.pk)
        if step.run.is_open and step.run.stands and not step.sealed:
            if not rests:
                yield offer("skip", run=step.run.pk)
            for slot in step.assignments:
                if slot.is_open:
                    yield offer("reassign", slot.pk)
    if view.is_host:
        yield offer("terminate")
        for key in view.replaceable:
            yield offer("replace_party", party=key)
