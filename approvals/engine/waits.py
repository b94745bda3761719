"""Nodes that wait for no person: an hour must come, another request end, an outside system hear of it."""

from datetime import UTC, date, datetime, time
from typing import Any

from approvals import business_time
from approvals.conditions import is_reference
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.facts import scope_of
from approvals.engine.flow import ENTER
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.models import Run
from approvals.tree import Node
from kernel.acting import acting
from orgs.models import Calendar
from orgs.models.calendars import moment_of


def enter_wait(case: Case, node: Node, within: Run | None) -> str | None:
    run = open_run(case, node, within)
    return wait(case, run, node)


def wait(case: Case, run: Run, node: Node) -> str | None:
    """Say when the hour comes; one that has passed is not waited for, one that cannot be told stands still."""
    try:
        at, is_guess = hour_of(case, run, node)
    except (ValueError, OverflowError, business_time.NeverWorks):
        suspend(case, run, "hour")
        return None
    if at <= case.now:
        return shut(case, run, Run.State.DONE)
    record(case, "due_set", run, due=at.isoformat(), provisional=is_guess)
    return None


def hour_of(case: Case, run: Run, node: Node) -> tuple[datetime, bool]:
    """Return when the wait is over, on the calendar of whose way it stands in, and whether that is a guess.

    Raises:
        ValueError, OverflowError: the field says none.
        NeverWorks: the calendar has not so much working time.
    """
    with acting(DIRECTORY):
        calendar = Calendar.objects.of(case.org(run.party_org_id))
    if "for" in node:
        return business_time.add(case.now, node["for"], calendar)
    said: Any = node["until"]
    if is_reference(said):
        said = scope_of(case, run).form.get(said[1:])
    if not isinstance(said, str):
        raise ValueError
    if len(said) == len("2026-01-01"):  # a day: its first minute, there
        return moment_of(datetime.combine(date.fromisoformat(said), time()), calendar.tz), False
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else moment_of(at, calendar.tz)).astimezone(UTC), False


def enter_queued(case: Case, node: Node, within: Run | None) -> str | None:
    """Wait for what the queue does in a transaction of its own: start another request, call an outside system."""
    open_run(case, node, within)
    return None


ENTER |= {"wait": enter_wait, "subflow": enter_queued, "call": enter_queued}
