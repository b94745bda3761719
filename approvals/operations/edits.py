"""Who is asked may write to the form where the step says so; what a partner has agreed to stays."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals import fields
from approvals.engine.meetings import renew
from approvals.engine.sight import shown_at, shown_fields
from approvals.errors import FieldLocked
from approvals.models import Instance, Run
from approvals.operations.grip import Grip, take
from approvals.operations.taking import take_in
from approvals.operations.telling import tell
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation


@operation
def edit_fields(
    *,
    actor: Actor,
    instance: Instance,
    changed: Any,
    assignment: UUID | None = None,
    form_rev: int | None = None,
) -> Instance:
    """Change values of the form while it is one's turn; the form has a new revision then.

    Raises:
        as ``decide``; InvalidInput: an unknown field, or a value that does not fit.
        NotAllowed: the step lets one read it only.
        FieldLocked: another organization has agreed to it in this round.
    """
    grip = take(actor, instance, assignment, form_rev)
    write(grip, changed)
    grip.case.save()
    tell(grip.case)
    return grip.case.instance


def write(grip: Grip, changed: Any) -> None:
    """Take the values into the case, all or none."""
    case, instance = grip.case, grip.case.instance
    if not isinstance(changed, dict):
        raise InvalidInput.at("/fields", "type", _("Send values by field."))
    visible = {field["id"] for field in shown_at(case, grip.run)}
    _refuse([name for name in changed if name not in visible], "unknown_field", _("There is no such field."))
    rights = writable(grip)
    if set(changed) - rights:
        raise NotAllowed("approvals.edit_form")
    values, faults = fields.read(instance.version.fields, instance.given | changed, complete=True)
    faults += take_in(grip.hat, instance, values, instance.form)
    faults = [one | {"pointer": _pointer(one["pointer"], visible)} for one in faults]
    if faults:
        raise InvalidInput(errors=faults)
    bound = {one["bind"][6:] for one in instance.version.parties if one["bind"].startswith("field:")}
    moved = _moved(instance, values, set(changed))
    _refuse([name for name in moved if name in bound], "fixed", _("Who takes part stays as it is."))
    if not moved:
        return
    agreed = _agreed(grip)
    if set(moved) & agreed:
        raise FieldLocked
    readers = [
        org for org in case.everybody if set(moved) <= {field["id"] for field in shown_fields(case, org)}
    ]
    # Who wrote it, and in which step, stays with their organization; what it says now, all its readers know.
    grip.record("wrote", names=sorted(moved))
    case.record(
        "fields_set", list(dict.fromkeys([grip.run.party_org_id, *readers])), org_id=grip.run.party_org_id,
        fields=moved, form_rev=instance.form_rev + 1,
    )  # fmt: skip
    renew(case)


def _pointer(said: str, visible: set[str]) -> str:
    """Point at the field among what was sent; what one does not see is not named."""
    name, _slash, rest = said.removeprefix("/form/").partition("/")
    return "/".join(filter(None, ["/fields", name, rest])) if name in visible else "/fields"


def _moved(instance: Instance, values: dict[str, Any], changed: set[str]) -> dict[str, Any]:
    """Return what is different now: what was changed, and what is computed from it."""
    following = {field["id"] for field in instance.version.fields if field["type"] in fields.FOLLOWING}
    names = [name for name in {**instance.form, **values} if name in changed | following]
    return {name: values.get(name) for name in names if values.get(name) != instance.form.get(name)}


def writable(grip: Grip) -> set[str]:
    """Return the fields that the step lets its people change; inside a partner's step no more than the contract."""
    node, frame = grip.node, grip.case.frame_of(grip.run)
    rights = {name for name, right in node.get("fields", {}).items() if right == "edit"}
    if frame is None:
        return rights
    contract = set(grip.case.place_of(frame).node.get("write", ()))
    return contract & rights if frame.version_id else contract


def _agreed(grip: Grip) -> set[str]:
    """Return the fields that other organizations have seen and said yes to."""
    case = grip.case
    sealing = [run.pk for run in case.open_runs if run.type == "confirm"]  # an edit resets those answers
    said_yes = Run.objects.filter(instance=case.instance, type="party", state=Run.State.APPROVED)
    said_yes = said_yes.exclude(parent__in=sealing)
    orgs = set(said_yes.exclude(party_org=grip.run.party_org_id).values_list("party_org", flat=True))
    return {field["id"] for org in orgs for field in shown_fields(case, org)}


def _refuse(names: list[str], code: str, words: Any) -> None:
    if names:
        raise InvalidInput(
            errors=[{"pointer": f"/fields/{one}", "code": code, "detail": words} for one in names]
        )
