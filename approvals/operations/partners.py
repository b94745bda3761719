"""A partner's step rests while the two organizations do not work together, and goes on when they do again."""

from approvals.engine import Case
from approvals.engine.flow import carry_on, walk
from approvals.engine.meetings import entry_of, fulfil
from approvals.engine.runs import record, suspend
from approvals.events import StepWentOn
from approvals.models import Instance, Run
from approvals.operations.telling import tell, tell_both_sides
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.operations import operation
from orgs.models import work_together

WHY = "partnership"


@operation
def heed_partnerships(*, actor: Actor, instance: Instance) -> bool:
    """Suspend the steps of partners with whom nothing is active at present; resume those of whom it is again.

    Returns:
        whether anything has changed.

    Emits: StepRested or StepWentOn to either side, each by itself.
    """
    case = Case.locked(instance.pk, actor)
    if case.instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
        return False
    before, again = case.instance.last_seq, []
    for run in case.open_runs:
        if run.type != "party" or run.party_org_id == case.host_id or not run.is_open:
            continue
        works = work_together(case.host_id, run.party_org_id)
        if not works and run.state == Run.State.ACTIVE:
            rest(case, run)
        elif works and run.state == Run.State.SUSPENDED and run.reason == WHY:
            go_on(case, run)
            again.append(run)
    if case.instance.last_seq == before:
        return False
    case.save()
    tell(case)
    with coming_from(Origin()):
        for run in again:
            tell_both_sides(case, run, StepWentOn)
    return True


def rest(case: Case, run: Run) -> None:
    for inner in case.inside(run):
        if inner.state == Run.State.ACTIVE and inner.stands:
            suspend(case, inner, WHY)
    suspend(case, run, WHY)


def go_on(case: Case, run: Run) -> None:
    record(case, "run_resumed", run)
    take_up(case, run)


def take_up(case: Case, run: Run) -> None:
    """Go on with what rested inside a step that was resumed; where nothing had begun there yet, begin."""
    inner = list(case.inside(run))
    for one in inner:
        if one.state == Run.State.SUSPENDED and one.reason == WHY:
            record(case, "run_resumed", one)
    if not inner:
        outcome = fulfil(case, run, walk(case, entry_of(case, run), run))
        if outcome:
            carry_on(case, run, outcome)
