"""Nodes that ask people, tell them, write, or end the flow."""

from dataclasses import replace

from approvals.conditions import is_reference
from approvals.engine.asking import asked, directory_of
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.flow import ENTER, PASSED, REFUSED, close, settle
from approvals.engine.meetings import renew
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.engine.votes import outcome_of
from approvals.formulas import followed
from approvals.models import Assignment, Run
from approvals.tree import Node
from kernel.acting import acting


def enter_asking(case: Case, node: Node, within: Run | None) -> str | None:
    """Ask people. Where nobody can be found, or not as many as it takes, the step stands still."""
    people, ended = asked(case, node, within)
    run = open_run(case, node, within, people=people)
    if ended:
        return shut(case, run, ended)
    if not people:
        suspend(case, run, "stalled")
        return None
    found = outcome_of(run)
    if found == REFUSED:
        suspend(case, run, "quorum_lost")
        return None
    return shut(case, run, found) if found else None


def enter_cc(case: Case, node: Node, within: Run | None) -> str | None:
    directory = directory_of(case, case.org_of(within), node["id"])
    with acting(DIRECTORY):
        found = directory.people(node["who"], self_rule="allow", besides=node.get("except", ()))
    copies = [replace(one, state=Assignment.State.COPIED) for one in found]
    run = open_run(case, node, within, people=copies)
    return shut(case, run, Run.State.DONE)


def enter_set(case: Case, node: Node, within: Run | None) -> str | None:
    """Write fields: constants, or what another field holds at this moment. Parties who are signing what they share
    beside it are asked anew where that has changed."""
    run = open_run(case, node, within)
    form = case.instance.form
    values = {
        name: form.get(said[1:]) if is_reference(said) else said for name, said in node["fields"].items()
    }
    values = followed(case.instance.version.fields, form, values)
    record(case, "fields_set", run, fields=values, form_rev=case.instance.form_rev + 1)
    outcome = shut(case, run, Run.State.DONE)
    renew(case)
    return outcome if within is None or within.is_open else None


def enter_end(case: Case, node: Node, within: Run | None) -> str | None:
    """End the flow it stands in, whatever else is under way there."""
    outcome = REFUSED if node.get("outcome") == "rejected" else PASSED
    frame = case.frame_of(within)
    if frame is None:
        settle(case, outcome)
    else:
        close(case, frame, outcome)
    return None


ENTER |= {"approve": enter_asking, "handle": enter_asking, "cc": enter_cc, "set": enter_set, "end": enter_end}
