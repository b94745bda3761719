"""The facts that a command leaves behind, each for those who may know of it."""

from uuid import UUID

from approvals.engine import Case
from approvals.events import (
    CrossingEnded,
    PartyAnswered,
    PartyAsked,
    RequestSettled,
    StepStarted,
    on_behalf_of,
)
from approvals.models import Assignment, Run
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.events import emit
from orgs.models import Organization


def tell(case: Case) -> None:
    """Emit what the engine did: steps begun, partners asked and answered, the end.

    Nobody's address or device goes with them: they speak for an organization.
    """
    with coming_from(Origin()):
        for run, people in case.opened:
            _begun(case, run, people)
        for run in case.answered:
            _answered(case, run)
        if case.instance.settled_at == case.now:
            _ended(case)


def _begun(case: Case, run: Run, people: list[UUID]) -> None:
    instance, org = case.instance, _org(case, run.party_org_id)
    if run.type == "party":
        emit(
            PartyAsked.of(
                instance,
                on_behalf_of(instance.acting_org),
                org=org.name,
                org_ids=(case.host_id, run.party_org_id),
                workspace_id=instance.workspace_id,
                shown_to=(instance.initiator_id,),
                shown_in=instance.workspace_id,
            )
        )
        return
    emit(
        StepStarted.of(
            instance,
            on_behalf_of(org),
            node=run.node,
            asking=instance.acting_org.name,
            user_ids=tuple(people),
            org_ids=(run.party_org_id,),
            shown_to=tuple(people),
        )
    )


def _answered(case: Case, run: Run) -> None:
    emit(
        PartyAnswered.of(
            case.instance,
            on_behalf_of(_org(case, run.party_org_id)),
            org=_org(case, run.party_org_id).name,
            outcome=run.state,
            org_ids=(case.host_id, run.party_org_id),
            workspace_id=case.instance.workspace_id,
            shown_to=concerned(case),
            shown_in=case.instance.workspace_id,
        )
    )


def _ended(case: Case) -> None:
    instance, asked = case.instance, asked_orgs(case)
    emit(
        RequestSettled.of(
            instance,
            on_behalf_of(instance.acting_org),
            outcome=instance.state,
            initiator_id=instance.initiator_id,
            user_ids=(instance.initiator_id,),
            org_ids=(case.host_id, *asked),
            shown_to=concerned(case),
        )
    )
    if asked and instance.workspace_id:
        emit(ended_for_the_workspace(case))


def ended_for_the_workspace(case: Case) -> CrossingEnded:
    """Return the fact for the workspace's record alone; the organizations have their own."""
    instance = case.instance
    return CrossingEnded.of(
        instance,
        Actor.system("approvals"),
        org=instance.acting_org.name,
        outcome=instance.state,
        org_ids=(),
        workspace_id=instance.workspace_id,
        shown_in=instance.workspace_id,
    )


def asked_orgs(case: Case) -> list[UUID]:
    """Return the other organizations whose step has begun by now."""
    if set(case.everybody) == {case.host_id}:
        return []
    begun = case.instance.runs.exclude(party_org_id=case.host_id).values_list("party_org_id", flat=True)
    return list(dict.fromkeys(begun))


def concerned(case: Case, org_id: UUID | None = None) -> tuple[UUID, ...]:
    """Return who asked and who is or was asked, of one organization or of all."""
    rows = Assignment.objects.filter(instance=case.instance)
    if org_id is not None:
        rows = rows.filter(run__party_org_id=org_id)
    people = set(rows.values_list("principal_id", flat=True))
    if org_id in (None, case.host_id):
        people.add(case.instance.initiator_id)
    return tuple(people)


def _org(case: Case, org_id: UUID) -> Organization:
    if org_id == case.host_id:
        return case.instance.acting_org
    party = next(one for one in case.parties.values() if one.organization_id == org_id)
    return party.organization
