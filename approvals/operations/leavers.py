"""Who asked or was asked and no longer works there: somebody takes their place, or the step goes on without them."""

from uuid import UUID

from accounts.models import User
from approvals.assignees import Assignee, Directory
from approvals.engine import DIRECTORY, Case
from approvals.engine.asking import directory_of
from approvals.engine.turns import asked_in, fetch
from approvals.events import RequestHandedOver, on_behalf_of
from approvals.models import Assignment, Instance, Run
from approvals.operations.telling import tell
from approvals.operations.voices import heir, remove
from kernel.acting import acting
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
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


@operation
def hand_over_request(*, actor: Actor, instance: Instance, handover: UUID | None = None) -> bool:
    """Give a request to somebody who stays, since who asked has left: they may take it back, and ask again with it.

    It goes to whom they handed over to, else to their manager, else to who steers. It stays what they asked for.

    Returns:
        whether there was anything to do.

    Emits: RequestHandedOver.
    """
    require(actor, "approvals.keep_time")
    case = Case.locked(instance.pk, actor)
    if not case.instance.is_open or _is_member(case.host_id, case.instance.asker_id):
        return False
    person = next(iter(_staying(directory_of(case, case.host_id), case.instance.asker_id, handover)), None)
    if person is None:
        return False
    case.record("handed_over", [case.host_id], org_id=case.host_id, person=str(person.user_id), by=person.by)
    case.save()
    with acting(DIRECTORY):
        keeper = User.objects.get(pk=person.user_id)
    org = case.instance.acting_org
    emit(
        RequestHandedOver.of(
            case.instance, on_behalf_of(org), keeper_id=keeper.pk, keeper=keeper.name, shown_to=(keeper.pk,)
        )
    )
    return True


def _works_there(run: Run, slot: Assignment) -> bool:
    return _is_member(run.party_org_id, slot.principal_id)


def _is_member(organization_id: UUID, user_id: UUID) -> bool:
    seats = Membership.objects.active().filter(organization=organization_id, user__is_active=True)
    return seats.filter(user=user_id).exists()


def _in_their_place(case: Case, run: Run, slot: Assignment, handover: UUID | None) -> Assignee | None:
    """Return the first who may: whom they named, their manager, the owners."""
    with acting(DIRECTORY):
        there, directory = asked_in(run), directory_of(case, run.party_org_id, run.node)
    found = _staying(directory, slot.principal_id, handover)
    rule = case.policy_of(case.parent_of(run)).get("self", "manager")
    fits = (one for one in found if one.user_id not in there)
    return next((one for one in fits if rule == "allow" or one.user_id != case.instance.asker_id), None)


def _staying(directory: Directory, leaver: UUID, handover: UUID | None) -> list[Assignee]:
    """Return who may take over from one who has left: whom they named, their manager, who steers."""
    with acting(DIRECTORY):
        seat = Membership.objects.filter(organization=directory.org_id, user=leaver).last()
        wanted = [one for one in (handover, seat.manager_id if seat else None) if one]
        return directory.named(map(str, wanted), "handover") + directory.fallback()
