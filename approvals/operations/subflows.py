"""A step that waits for another request of the same organization, asked in the name of who asked the first one."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from approvals import fields
from approvals.conditions import is_reference
from approvals.engine import Case
from approvals.engine.flow import close
from approvals.engine.meetings import renew
from approvals.engine.runs import record, shut, suspend
from approvals.errors import NotPublished, TooManySubflows
from approvals.formulas import moving
from approvals.models import Definition, Instance, Run
from approvals.operations.requests import drafted, send
from approvals.operations.telling import tell
from kernel.actor import Actor
from kernel.operations import operation
from kernel.rules import require

MOST_DEPTH = 8
WHY = "subflow"


@operation
def begin_subflow(*, actor: Actor, run: Run) -> Instance | None:
    """Start the request that a step waits for, with what the step hands over. Asked twice, it is started once.

    Args:
        actor: who asked the first request: they ask this one, too, and may no more than they may.

    Raises:
        InvalidInput, NotAllowed, PartnershipNotActive: as ``start``.
        NotPublished: there is no such definition in force any more.
        TooManySubflows: eight requests wait for one another already.

    Emits: RequestSubmitted, StepStarted of the new request.
    """
    case = Case.locked(run.instance_id, actor)
    found = case.runs.get(run.pk)
    if found is None or found.state != Run.State.ACTIVE or "child" in found.tally:
        return None
    if _depth(case.instance) >= MOST_DEPTH:
        raise TooManySubflows
    node = case.place_of(found).node
    rows = Definition.objects.select_related("organization", "current")
    definition = rows.filter(organization=case.host_id, key=node["definition"]).first()
    if definition is None:
        raise NotPublished
    parties = {theirs: org for theirs, ours in node.get("parties", {}).items() if (org := case.org_in(ours))}
    form = _handed(node.get("in", {}), case.instance)
    title, room = case.instance.title, case.instance.workspace_id
    child, hat = drafted(actor, definition, title, form, room, parties, complete=True, held=form)
    child.instance.parent_run = found
    send(child, hat)
    record(case, "child_started", found, child=str(child.instance.pk), number=child.instance.number)
    case.save()
    return child.instance


@operation
def suspend_subflow(*, actor: Actor, run: Run) -> bool:
    """Let a step stand still whose request could not be started; who steers tries again or goes past it."""
    require(actor, "approvals.keep_time")
    case = Case.locked(run.instance_id, actor)
    found = case.runs.get(run.pk)
    if found is None or found.state != Run.State.ACTIVE or "child" in found.tally:
        return False
    suspend(case, found, WHY)
    case.save()
    tell(case)
    return True


@operation
def answer_subflow(*, actor: Actor, run: Run) -> bool:
    """End a step as the request has ended that it waits for, and take over what that hands back.

    Returns:
        whether it had ended, and the step waited for it.
    """
    require(actor, "approvals.keep_time")
    case = Case.locked(run.instance_id, actor)
    found, child = case.runs.get(run.pk), _child(run)
    if found is None or found.state != Run.State.ACTIVE or child is None or child.is_open:
        return False
    is_yes = child.state == Instance.State.APPROVED
    record(case, "child_ended", found, state=child.state, number=child.number)
    if is_yes:
        _take_over(case, found, child)
    close(case, found, Run.State.APPROVED if is_yes else Run.State.REJECTED)
    case.save()
    tell(case)
    return True


@operation
def end_subflow(*, actor: Actor, child: Instance) -> bool:
    """End a request for good that nothing waits for any more: the step that did has ended without it.

    Emits: RequestSettled.
    """
    require(actor, "approvals.keep_time")
    if child.parent_run is None or child.parent_run.is_open:
        return False
    case = Case.locked(child.pk, actor)
    if not case.instance.is_open:
        return False
    for run in case.open_runs:
        if run.is_open:
            shut(case, run, Run.State.CANCELLED)
    case.record("steered", [case.host_id], org_id=case.host_id, act="terminate", reason=WHY)
    case.record("terminated", case.everybody, org_id=case.host_id)
    case.save()
    tell(case)
    return True


def _child(run: Run) -> Instance | None:
    try:
        return run.child
    except ObjectDoesNotExist:
        return None


def _depth(instance: Instance) -> int:
    """Return how many requests wait for this one, one for the other."""
    found, here = 0, instance
    while here.parent_run_id is not None and found < MOST_DEPTH:
        found, here = found + 1, Run.objects.select_related("instance").get(pk=here.parent_run_id).instance
    return found


def _handed(said: dict[str, Any], instance: Instance) -> dict[str, Any]:
    """Return fields for another form: constants, or what a field of this one holds; what is empty is left out."""
    tables = {field["id"] for field in instance.version.fields if field["type"] == fields.TABLE}
    form = instance.form | {name: value for name, value in instance.given.items() if name in tables}
    values = {name: form.get(one[1:]) if is_reference(one) else one for name, one in said.items()}
    return {name: value for name, value in values.items() if value is not None}


def _take_over(case: Case, run: Run, child: Instance) -> None:
    """Write what the other request hands back, as far as this form takes it: its definition may have changed since."""
    ours, values = {field["id"]: field for field in case.instance.version.fields}, {}
    for name, value in _handed(case.place_of(run).node.get("out", {}), child).items():
        reading = fields.Reading(complete=True)
        found = reading.value(ours[name], value, "")
        if not reading.faults:
            values[name] = (
                value if ours[name]["type"] in fields.IN_PERSON else found
            )  # as it was taken in there
    moved = moving(case.instance, values)
    if moved:
        record(case, "fields_set", run, fields=moved, form_rev=case.instance.form_rev + 1)
        renew(case)
