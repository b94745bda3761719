"""What would become of a request: the same core walks the same way, everybody says yes, and nothing is written."""

from typing import Any
from uuid import UUID

from accounts.models import User
from approvals import fields
from approvals.engine import Case, begin, close
from approvals.models import Definition, Instance, Party, Run, Version
from approvals.schema import check
from kernel.actor import Actor
from kernel.errors import InvalidInput

MOST = 1_000


def simulate(
    actor: Actor,
    definition: Definition,
    version: Version,
    form: Any,
    parties: dict[str, UUID],
    choices: Any,
    *,
    initiator: User | None = None,
) -> dict[str, Any]:
    """Return the steps in their order, with the people of one's own side; what partners do inside is theirs.

    Args:
        initiator: the colleague who would ask; without one, the actor.

    Raises:
        InvalidInput: a value does not fit, or the version itself cannot run.
    """
    check(version.body)
    values, faults = fields.read(version.fields, form, complete=True)
    if faults:
        raise InvalidInput(errors=faults)
    instance = Instance(
        definition=definition, version=version, acting_org=definition.organization, initiator=initiator or actor.user,
        form=values, state=Instance.State.RUNNING, round=1, choices=choices or {},
    )  # fmt: skip
    bound = dict(parties) | {
        slot["id"]: UUID(values[slot["bind"][6:]])
        for slot in version.parties
        if slot["bind"].startswith("field:") and values.get(slot["bind"][6:])
    }
    known = {slot["id"] for slot in version.parties if slot["bind"] != "initiator"}
    rows = [
        Party(instance=instance, key=key, organization_id=org) for key, org in bound.items() if key in known
    ]
    case = Case(instance, rows)
    case.is_trial = True
    begin(case)
    _agree(case)
    return {
        "state": instance.state,
        "form": instance.form,
        "steps": [_step(case, run) for run in case.runs.values()],
    }


def _agree(case: Case) -> None:
    """Say yes wherever somebody is asked and let every hour come, until it has ended or stands still."""
    for _turn in range(MOST):
        waiting = [
            run
            for run in case.open_runs
            if run.state == Run.State.ACTIVE and (run.stands or run.type == "party")
        ]
        if not waiting:
            return
        run = waiting[0]
        close(case, run, Run.State.DONE if run.type in ("handle", "wait") else Run.State.APPROVED)


def _step(case: Case, run: Run) -> dict[str, Any]:
    people = [one for one in case.held.values() if one.run_id == run.pk]
    return {
        "node": run.node,
        "type": run.type,
        "party": run.party or None,
        "state": run.state,
        "reason": run.reason or None,
        "branches": run.mode.get("branches"),
        "people": [str(one.principal_id) for one in people] if run.party_org_id == case.host_id else None,
    }
