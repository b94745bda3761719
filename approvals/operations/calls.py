"""A step that calls an outside system of its own organization, which may answer later, once."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.signing import signed_headers
from approvals import fields
from approvals.callbacks import address_of
from approvals.engine import Case
from approvals.engine.flow import close
from approvals.engine.meetings import renew
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.engine.sight import shown_fields
from approvals.errors import CallAnswered
from approvals.formulas import moving
from approvals.models import Call, CallSecret, Run
from approvals.operations.telling import tell
from approvals.pointing import without_things
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.operations import operation
from kernel.rules import require

WHY = "call"
OUTCOMES = {"approved": Run.State.APPROVED, "rejected": Run.State.REJECTED}


@dataclass(frozen=True)
class Parcel:
    """What leaves."""

    run: Run
    url: str
    body: bytes
    headers: dict[str, str]


@operation
def claim_call(*, actor: Actor, run: Run) -> Parcel | None:
    """Begin one try of a call, if it is time for one; a second who comes at the same time finds it taken."""
    require(actor, "approvals.keep_time")
    case = Case.locked(run.instance_id, actor)
    found = case.runs.get(run.pk)
    if found is None or found.state != Run.State.ACTIVE or "called" in found.tally:
        return None
    call, _is_new = Call.objects.get_or_create(run=found)
    if call.due_at > case.now + timedelta(seconds=1):
        return None
    call.claim()
    call.save()
    body = json.dumps(_said(case, found), ensure_ascii=False).encode()
    return Parcel(found, case.place_of(found).node["url"], body, _headers(case, found, body))


def _headers(case: Case, run: Run, body: bytes) -> dict[str, str]:
    """Return what a try leaves under: signed as webhooks are, once its organization has drawn a secret."""
    key = f"call_{run.pk.hex}"
    kept = CallSecret.objects.filter(organization=run.party_org_id).first()
    signed = signed_headers(kept.secrets(), key, int(case.now.timestamp()), body) if kept else {}
    return {"Content-Type": "application/json", "webhook-id": key} | signed


def _said(case: Case, run: Run) -> dict[str, Any]:
    """Return what the outside system is told: what its own organization sees of the request, or less."""
    node, form = case.place_of(run).node, case.instance.form
    shown = [one["id"] for one in shown_fields(case, run.party_org_id)]
    sent = [name for name in node.get("send", shown) if name in shown and name in form]
    if run.party_org_id != case.host_id:
        form = without_things(case.instance.version.fields, form)
    said = {
        "type": "approvals.call",
        "id": str(run.pk),
        "node": run.node,
        "request": {
            "id": str(case.instance.pk),
            "number": case.instance.number,
            "title": case.instance.title,
        },
        "form": {name: form[name] for name in sent},
    }
    return said | {"callback": address_of(run.pk)} if node.get("callback") else said


@operation
def note_call(*, actor: Actor, run: Run, status: int | None, error: str = "") -> None:
    """Note how a try went: it has arrived, it is tried again later, or after the eighth the step has failed.

    A step that failed stands again, still, for who steers to try once more or to go past it.
    """
    require(actor, "approvals.keep_time")
    case = Case.locked(run.instance_id, actor)
    found, call = case.runs.get(run.pk), Call.objects.filter(run=run.pk).first()
    if found is None or call is None or found.state != Run.State.ACTIVE or "called" in found.tally:
        return
    if status is not None and 200 <= status < 300:
        record(case, "called", found, status=status)
        if not case.place_of(found).node.get("callback"):
            close(case, found, Run.State.DONE)
    elif call.fail(status, error):
        _failed(case, found)
    call.save()
    case.save()
    tell(case)


def _failed(case: Case, run: Run) -> None:
    place, within = case.place_of(run), case.parent_of(run)
    shut(case, run, Run.State.FAILED)
    suspend(case, open_run(case, place.node, within), WHY)


@operation
def take_callback(*, actor: Actor, run: UUID, outcome: str, changed: Any = None, comment: str = "") -> None:
    """Take the answer of an outside system, once, with what it may write to the form.

    Args:
        actor: the platform; that the address was known is what lets somebody in.

    Raises:
        NotVisible: there is no such step.
        CallAnswered: it has ended, or does not wait for an answer.
        InvalidInput: a field that it may not write, or a value that does not fit.
    """
    require(actor, "approvals.keep_time")
    row = Run.objects.filter(pk=run, type="call").first()
    if row is None:
        raise NotVisible
    case = Case.locked(row.instance_id, actor)
    found = case.runs.get(run)
    if found is None or found.state != Run.State.ACTIVE or not case.place_of(found).node.get("callback"):
        raise CallAnswered
    values = _written(case, found, changed)
    record(case, "answered", found, outcome=outcome, reason=comment.strip()[:2_000])
    if values:
        record(case, "fields_set", found, fields=values, form_rev=case.instance.form_rev + 1)
        renew(case)
    close(case, found, OUTCOMES[outcome])
    case.save()
    tell(case)


def _written(case: Case, run: Run, changed: Any) -> dict[str, Any]:
    if changed is None:
        return {}
    if not isinstance(changed, dict):
        raise InvalidInput.at("/fields", "type", _("Send values by field."))
    said = case.place_of(run).node["callback"]
    known = {one["id"]: one for one in case.instance.version.fields if one["type"] not in fields.IN_PERSON}
    allowed = [one for one in said.get("write", []) if one in known] if isinstance(said, dict) else []
    wrong = [name for name in changed if name not in allowed]
    if wrong:
        raise InvalidInput.at(f"/fields/{wrong[0]}", "unknown_field", _("There is no such field."))
    reading = fields.Reading(complete=True)
    values = {name: reading.value(known[name], one, "/fields") for name, one in changed.items()}
    if reading.faults:
        raise InvalidInput(errors=reading.faults)
    return moving(case.instance, values)
