"""The facts that a command leaves behind, each for those who may know of it."""

from uuid import UUID

from approvals import timers
from approvals.engine import Case
from approvals.events import (
    CopySent,
    CrossingEnded,
    PartyAnswered,
    PartyAsked,
    RequestSettled,
    StepStarted,
    on_behalf_of,
)
from approvals.models import Run
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.events import emit


def tell(case: Case) -> None:
    """Emit what the engine did: steps begun, partners asked and answered, the end.

    Nobody's address or device goes with them: they speak for an organization.
    """
    timers.begin(case)
    with coming_from(Origin()):
        for run, people in case.opened:
            _begun(case, run, people)
        for run in _heard(case):
            _answered(case, run)
        if case.instance.settled_at == case.now:
            _ended(case)


def _heard(case: Case) -> list[Run]:
    """Return the partners' answers that are known from now on: sealed ones when all are in."""
    runs = [run for run in case.answered if run.type == "party" and run.party_org_id != case.host_id]
    open_ones = [run for run in runs if not _is_kept(case, run)]
    shown = {run.pk for run in open_ones}
    for one in case.runs.values():
        if one.type == "confirm" and one.mode.get("sealed") and one.settled_at == case.now:
            inner = Run.objects.filter(parent=one, state__in=Run.ANSWERS).exclude(party_org=case.host_id)
            open_ones += [run for run in inner if run.pk not in shown]
    return open_ones


def _is_kept(case: Case, run: Run) -> bool:
    around = case.parent_of(run)
    return around is not None and around.is_sealing


def _begun(case: Case, run: Run, people: list[UUID]) -> None:
    instance, org = case.instance, case.org(run.party_org_id)
    if run.type == "party" and run.party_org_id == case.host_id:
        return
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
    if run.type == "cc" and people:
        emit(
            CopySent.of(
                instance,
                on_behalf_of(org),
                user_ids=tuple(people),
                org_ids=(run.party_org_id,),
                shown_to=tuple(people),
            )
        )
    if not people or not run.asks:
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
            on_behalf_of(case.org(run.party_org_id)),
            org=case.org(run.party_org_id).name,
            outcome=run.state,
            org_ids=(case.host_id, run.party_org_id),
            workspace_id=case.instance.workspace_id,
            shown_to=case.people(),
            shown_in=case.instance.workspace_id,
        )
    )


def _ended(case: Case) -> None:
    instance, asked = case.instance, case.asked
    emit(
        RequestSettled.of(
            instance,
            on_behalf_of(instance.acting_org),
            outcome=instance.state,
            initiator_id=instance.initiator_id,
            amends_id=instance.amends_id,
            org_ids=(case.host_id, *asked),
            shown_to=case.people(),
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
