"""The hour has come: people are reminded, or the step goes on without them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from approvals import sla
from approvals.engine import Case, go_back
from approvals.engine.back import START
from approvals.engine.flow import close, drain
from approvals.engine.runs import suspend
from approvals.engine.turns import slots_of
from approvals.errors import NotReached
from approvals.events import StepDue, on_behalf_of
from approvals.models import Assignment, Instance, Run, Timer
from approvals.operations.escalation import escalate
from approvals.operations.telling import tell
from approvals.timers import hour_of
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def fire_timer(*, actor: Actor, timer: Timer) -> Timer:
    """Do what a timer is for, once. Reminders that were missed while nobody looked are one.

    A step that has ended cancels it; one that stands still keeps it for later.

    Emits: StepDue for a reminder; else what follows from the step's end.
    """
    require(actor, "approvals.keep_time")
    case = Case.locked(timer.run.instance_id, actor)
    timer = Timer.objects.select_related("run").get(pk=timer.pk)
    run = case.runs.get(timer.run_id)
    if timer.fired_at is not None or timer.at > case.now:
        return timer
    if run is None:
        return _ended(timer, Timer.Outcome.CANCELLED)
    if run.state != Run.State.ACTIVE or case.instance.state != Instance.State.RUNNING:
        return timer
    hour = hour_of(case, run, timer)
    if hour > case.now:
        return _put_off(timer, hour)
    FIRE[timer.kind](case, run, timer)
    return timer


def _put_off(timer: Timer, hour: datetime) -> Timer:
    """Its step has stood still meanwhile."""
    timer.at = hour
    timer.save(update_fields=["at"])
    return timer


def _ended(timer: Timer, outcome: str) -> Timer:
    timer.end(outcome)
    timer.save(update_fields=["fired_at", "outcome"])
    return timer


def _remind(case: Case, run: Run, timer: Timer) -> None:
    """Ask once, however many reminders are late; the last of them says it."""
    rows = Timer.objects.filter(run=run, kind=Timer.Kind.REMIND, fired_at=None, at__lte=case.now)
    late = [one for one in rows.order_by("at", "n") if hour_of(case, run, one) <= case.now]
    for one in late[:-1]:
        _ended(one, Timer.Outcome.COALESCED)
    last = late[-1]
    _ended(last, Timer.Outcome.FIRED)
    timer.fired_at, timer.outcome = case.now, last.outcome if last.pk == timer.pk else Timer.Outcome.COALESCED
    waited = _waited_for(case, run)
    case.record("time_reminded", [run.party_org_id], org_id=run.party_org_id, run=str(run.pk), n=last.n)
    case.save()
    with coming_from(Origin()):
        for org_id, people in waited.items():
            emit(
                StepDue.of(
                    case.instance, on_behalf_of(case.org(org_id)), org_ids=(org_id,), node=run.node,
                    due=run.due_at, user_ids=people, shown_to=people,
                )
            )  # fmt: skip


def _waited_for(case: Case, run: Run) -> dict[UUID, tuple[UUID, ...]]:
    """Return whose word is missing, by organization; in a partner's step, of its own people."""
    runs = [run, *case.inside(run)]
    rows = Assignment.objects.waiting().filter(instance=run.instance_id, run__in=[one.pk for one in runs])
    found: dict[UUID, tuple[UUID, ...]] = {}
    for org_id, person in rows.order_by("pk").values_list("run__party_org", "principal_id"):
        found[org_id] = (*found.get(org_id, ()), person)
    return found


def _end_run(case: Case, run: Run, timer: Timer, outcome: str) -> None:
    _ended(timer, Timer.Outcome.FIRED)
    _expire(case, run, outcome)
    close(case, run, outcome)
    _moved_on(case)


def _expire(case: Case, run: Run, outcome: str) -> None:
    """What was asked of people in it has expired."""
    if not run.asks:
        return
    open_ = slots_of(case, run, *Assignment.OPEN)
    case.record(
        "timed_out", [run.party_org_id], org_id=run.party_org_id,
        run=str(run.pk), outcome=outcome, assignments=[str(one.pk) for one in open_],
    )  # fmt: skip


def _moved_on(case: Case) -> None:
    drain(case)
    case.save()
    tell(case)


def _pass(case: Case, run: Run, timer: Timer) -> None:
    _end_run(case, run, timer, Run.State.APPROVED)


def _reject(case: Case, run: Run, timer: Timer) -> None:
    _end_run(case, run, timer, Run.State.REJECTED)


def _wake(case: Case, run: Run, timer: Timer) -> None:
    _end_run(case, run, timer, Run.State.DONE)


def _return(case: Case, run: Run, timer: Timer) -> None:
    """Send it back; to who asked, where the step that is named was not passed."""
    _ended(timer, Timer.Outcome.FIRED)
    _kind, target = sla.ending(case.place_of(run).node["sla"])
    _expire(case, run, Run.State.RETURNED)
    try:
        go_back(case, run, target, reason="overdue")
    except NotReached:
        go_back(case, run, START, reason="overdue")
    _moved_on(case)


def _escalate(case: Case, run: Run, timer: Timer) -> None:
    _ended(timer, Timer.Outcome.FIRED)
    escalate(case, run)
    case.save()
    tell(case)


def _suspend(case: Case, run: Run, timer: Timer) -> None:
    _ended(timer, Timer.Outcome.FIRED)
    suspend(case, run, "overdue")
    case.save()
    tell(case)


FIRE: dict[str, Callable[[Case, Run, Timer], None]] = {
    Timer.Kind.REMIND: _remind,
    Timer.Kind.AUTO_PASS: _pass,
    Timer.Kind.AUTO_REJECT: _reject,
    Timer.Kind.ESCALATE: _escalate,
    Timer.Kind.RETURN: _return,
    Timer.Kind.SUSPEND: _suspend,
    Timer.Kind.WAKE: _wake,
}
