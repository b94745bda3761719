"""What a side sees of the form, in one hash: a decision says what it was taken upon."""

import hashlib
from typing import Any
from uuid import UUID

from approvals.engine.case import Case
from approvals.models import Run
from approvals.models.definitions import canonical


def shown_fields(case: Case, org_id: UUID) -> list[dict[str, Any]]:
    """Return the fields that a side sees: all for who asks, else what its steps expose and nobody hides from it."""
    version = case.instance.version
    if org_id == case.host_id:
        return version.fields
    keys = {key for key, party in case.parties.items() if party.organization_id == org_id}
    nodes = [node for node in version.tree.nodes() if node.get("party") in keys]
    exposed = [node["expose"] for node in nodes if "expose" in node]
    return [
        field
        for field in version.fields
        if not any(field.get("vis", {}).get(key) == "hidden" for key in keys)
        and (not exposed or any(field["id"] in shown for shown in exposed))
    ]


def shown_at(case: Case, run: Run) -> list[dict[str, Any]]:
    """Return the fields that the people of one step see: what its side sees, less what the step hides from them."""
    rights = case.place_of(run).node.get("fields", {})
    return [one for one in shown_fields(case, run.party_org_id) if rights.get(one["id"]) != "hide"]


def view_hash(case: Case, run: Run) -> str:
    frame = case.frame_of(run)
    around = case.parent_of(frame) if frame else None
    if around is not None and around.type == "confirm":
        return str(around.mode["hash"])  # all parties sign the same
    form = case.instance.form
    shown = {field["id"]: form[field["id"]] for field in shown_at(case, run) if field["id"] in form}
    return hashlib.sha256(canonical(shown)).hexdigest()
