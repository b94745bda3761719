"""What a party's step is bound by: what it sees, how it decides inside, how many people must stand behind its yes."""

import hashlib
from typing import Any
from uuid import UUID

from approvals.assignees import BETWEEN, COORDINATORS
from approvals.engine.case import Case
from approvals.engine.sight import shown_fields
from approvals.models import Assignment, Run, Version
from approvals.models.definitions import canonical, published_version
from kernel.prepared import Prepared, together


def shared_hash(case: Case, keys: list[str]) -> str:
    """Return one hash of the fields that all these parties see."""
    orgs = {org for key in keys if (org := case.org_in(key)) is not None}
    shown = [{field["id"] for field in shown_fields(case, org)} for org in orgs]
    common = set.intersection(*shown) if shown else set()
    form = case.instance.form
    return hashlib.sha256(canonical({key: form[key] for key in sorted(common) if key in form})).hexdigest()


def terms(case: Case, org_id: UUID) -> tuple[bool, Version | None]:
    """Return whether the two organizations work together, and what that party has laid down for such a request.

    By its key, else for the kind of relationship. One that wants fields which it would not be shown does not fit.
    """
    if org_id == case.host_id:
        return True, None
    kind, others = case.kind_of_partner(org_id), [one for one in case.everybody if one != org_id]
    laid_down, *case.contacts[org_id] = (
        together(  # whom its own way turns to where it has laid down none comes along
            FRAGMENTS.about(org=org_id),
            BETWEEN.about(org=org_id, others=others),
            COORDINATORS.about(org=org_id, others=others),
        )
    )
    key, fields = case.instance.version.body.get("key"), None
    for wanted in ({"of": key}, {"kind": kind}) if kind and laid_down else ():
        for one in laid_down:
            if one.body["fragment"] == wanted:
                fields = fields or {field["id"]: field for field in shown_fields(case, org_id)}
                if _fits(one, fields):
                    return True, published_version(one.pk)
    return bool(kind), None


FRAGMENTS = Prepared(
    lambda org: Version.objects.filter(
        definition__organization_id=org, state=Version.State.PUBLISHED, body__has_key="fragment"
    ).order_by("pk"),
    org=UUID,
)


def _fits(version: Version, fields: dict[str, dict[str, Any]]) -> bool:
    return all(_is_among(one, fields) for one in version.fields)


def _is_among(field: dict[str, Any], others: dict[str, dict[str, Any]]) -> bool:
    """Tell whether a field is there as well, of the same type; a table with all the columns that are wanted of it."""
    other = others.get(field["id"], {})
    columns = {one["id"]: one for one in other.get("columns", ())}
    return other.get("type") == field["type"] and all(
        _is_among(one, columns) for one in field.get("columns", ())
    )


def wants_signature(case: Case, run: Run) -> bool:
    """Tell whether a yes in a step is signed: the step says so, or the contract in whose frame it lies."""
    frame = case.frame_of(run)
    asked = case.place_of(frame).node.get("floor", {}) if frame is not None else {}
    return bool(case.place_of(run).node.get("signature") or asked.get("signature"))


def too_few(case: Case, run: Run) -> bool:
    """Tell whether fewer people have said yes inside, and signed it where it must be, than the contract's floor wants."""
    floor = case.place_of(run).node.get("floor", {})
    least, is_signed = floor.get("humans", 1), bool(floor.get("signature"))
    if least <= 1 and not is_signed:
        return False
    inner = [one.pk for one in case.runs.values() if one.parent_id == run.pk or _is_inside(case, one, run)]
    people = {
        one.actor_id
        for one in case.held.values()
        if one.run_id in inner and one.state == Assignment.State.APPROVED and (one.signature or not is_signed)
    }
    stored = Assignment.objects.filter(
        instance=case.instance, run__party_org=run.party_org_id, run__created_at__gte=run.created_at,
        state=Assignment.State.APPROVED,
    )  # fmt: skip
    stored = stored.exclude(signature=None) if is_signed else stored
    people |= set(stored.values_list("actor_id", flat=True))
    return len(people - {None}) < least


def _is_inside(case: Case, one: Run, run: Run) -> bool:
    while one.parent_id in case.runs:
        one = case.runs[one.parent_id]
        if one.pk == run.pk:
            return True
    return False
