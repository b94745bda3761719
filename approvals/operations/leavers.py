"""Who was asked and no longer works there: somebody takes their place, or the step goes on without them."""

from uuid import UUID

from approvals.assignees import Assignee
from approvals.engine import DIRECTORY, Case
from approvals.engine.asking import directory_of
from approvals.engine.turns import asked_in, fetch
from approvals.models import Assignment, Instance, Run
from approvals.operations.telling import tell
from approvals.operations.voices import heir, remove
from kernel.acting import acting
from kernel.actor import Actor
from kernel.operations import operation
from orgs.models import Membership


@operation
def release_leaver(
    *, actor: Actor, instance: Instance, assignment: UUID, handover: UUID | None = None
) -> bool:
    """Take somebody out who has left the organization that is asked.

    Whom they handed over to takes the place, else their manager, else who steers; with ``on_member_loss: drop``
    nobody does. A quorum that can then not be reached suspends the step. What they decided stands.

    Returns:
        whether there was anything to do.
    """
    case = Case.locked(instance.pk, actor)
    slot = Assignment.objects.filter(pk=assignment, instance=case.instance).first()
    run = case.runs.get(slot.run_id) if slot else None
    if slot is None or run is None or not slot.is_open or _works_there(run, slot):
        return False
    slot = fetch(case, slot.pk)
    drops = case.place_of(run).node.get("on_member_loss") == "drop"
    person = None if drops else _in_their_place(case, run, slot, handover)
    if person is None:
        remove(case, run, slot, None, "left")
    else:
        case.record(
            "transferred", [run.party_org_id], org_id=run.party_org_id, principal_id=slot.principal_id,
            run=str(run.pk), assignment=str(slot.pk), state=Assignment.State.REMOVED, reason="left",
            people=[heir(slot, person, slot.part.get("hops", 0))],
        )  # fmt: skip
    case.save()
    tell(case)
    return True


def _works_there(run: Run, slot: Assignment) -> bool:
    seats = Membership.objects.active().filter(organization=run.party_org_id, user__is_active=True)
    return seats.filter(user=slot.principal_id).exists()


def _in_their_place(case: Case, run: Run, slot: Assignment, handover: UUID | None) -> Assignee | None:
    """Return the first who may: whom they named, their manager, the owners."""
    with acting(DIRECTORY):
        there, directory = asked_in(run), directory_of(case, run.party_org_id, run.node)
        seat = Membership.objects.filter(organization=run.party_org_id, user=slot.principal_id).last()
        wanted = [one for one in (handover, seat.manager_id if seat else None) if one]
        found = directory.named(map(str, wanted), "handover") + directory.fallback()
    rule = case.policy_of(case.parent_of(run)).get("self", "manager")
    fits = (one for one in found if one.user_id not in there)
    return next((one for one in fits if rule == "allow" or one.user_id != case.instance.initiator_id), None)
