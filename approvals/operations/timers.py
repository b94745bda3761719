"""The hour has come: people are reminded, or the step goes on without them."""

from collections.abc import Callable

from approvals.engine import Case
from approvals.engine.flow import close, drain
from approvals.engine.runs import suspend
from approvals.events import StepDue, on_behalf_of
from approvals.models import Assignment, Instance, Run, Timer
from approvals.operations.telling import tell
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
    FIRE[timer.kind](case, run, timer)
    return timer


def _ended(timer: Timer, outcome: str) -> Timer:
    timer.end(outcome)
    timer.save(update_fields=["fired_at", "outcome"])
    return timer


def _remind(case: Case, run: Run, timer: Timer) -> None:
    """Ask once, however many reminders are late; the last of them says it."""
    late = list(
        Timer.objects.filter(run=run, kind=Timer.Kind.REMIND, fired_at=None, at__lte=case.now).order_by(
            "at", "n"
        )
    )
    for one in late[:-1]:
        _ended(one, Timer.Outcome.COALESCED)
    last = late[-1]
    _ended(last, Timer.Outcome.FIRED)
    timer.fired_at, timer.outcome = case.now, last.outcome if last.pk == timer.pk else Timer.Outcome.COALESCED
    people = _waited_for(run)
    case.record("time_reminded", [run.party_org_id], org_id=run.party_org_id, run=str(run.pk), n=last.n)
    case.save()
    if people:
        org = case.org(run.party_org_id)
        with coming_from(Origin()):
            emit(
                StepDue.of(
                    case.instance, on_behalf_of(org), org_ids=(org.pk,), node=run.node, due=run.due_at,
                    user_ids=people, shown_to=people,
                )
            )  # fmt: skip


def _waited_for(run: Run) -> tuple:
    """Return whose word is missing; in a partner's step, of its own people."""
    rows = Assignment.objects.waiting().filter(instance=run.instance_id, run__party_org=run.party_org_id)
    rows = rows if run.type == "party" else rows.filter(run=run.pk)
    return tuple(rows.order_by("pk").values_list("principal_id", flat=True))


def _end_run(case: Case, run: Run, timer: Timer, outcome: str) -> None:
    _ended(timer, Timer.Outcome.FIRED)
    open_ = list(run.assignments.filter(state__in=(Assignment.State.PENDING, Assignment.State.WAITING)))
    for one in open_:
        case.held[one.pk] = one
        case.touch(one)
    case.record(
        "timed_out", [run.party_org_id], org_id=run.party_org_id,
        run=str(run.pk), outcome=outcome, assignments=[str(one.pk) for one in open_],
    )  # fmt: skip
    close(case, run, outcome)
    drain(case)
    case.save()
    tell(case)


def _pass(case: Case, run: Run, timer: Timer) -> None:
    _end_run(case, run, timer, Run.State.APPROVED)


def _reject(case: Case, run: Run, timer: Timer) -> None:
    _end_run(case, run, timer, Run.State.REJECTED)


def _suspend(case: Case, run: Run, timer: Timer) -> None:
    _ended(timer, Timer.Outcome.FIRED)
    suspend(case, run, "overdue")
    case.save()


FIRE: dict[str, Callable[[Case, Run, Timer], None]] = {
    Timer.Kind.REMIND: _remind,
    Timer.Kind.AUTO_PASS: _pass,
    Timer.Kind.AUTO_REJECT: _reject,
    Timer.Kind.SUSPEND: _suspend,
}
