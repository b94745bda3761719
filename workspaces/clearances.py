"""What an organization is cleared to see in a room: the ceiling that agreements and house rules set."""

from uuid import UUID

from django.db.models import Case, Q, Value, When

from orgs.models import Agreement, Partnership
from workspaces.errors import NotCleared
from workspaces.models import Clearance, Workspace

Label = Workspace.Classification
RANKS = {Label.PUBLIC: 0, Label.INTERNAL: 1, Label.CONFIDENTIAL: 2}


def highest(*labels: str | None) -> str:
    """Return the strictest of some labels; what carries none has that of its room."""
    return max((Label(one) for one in labels if one), key=RANKS.__getitem__, default=Label.PUBLIC)


def is_lower(label: str, other: str) -> bool:
    return RANKS[Label(label)] < RANKS[Label(other)]


def highest_of(*fields: str) -> Case:
    """Return the same as an expression over fields, as the database's own functions say it."""

    def in_one(label: str) -> Q:
        found = Q()
        for one in fields:
            found |= Q(**{one: label})
        return found

    return Case(
        When(in_one(Label.CONFIDENTIAL), then=Value(Label.CONFIDENTIAL.value)),
        When(in_one(Label.INTERNAL), then=Value(Label.INTERNAL.value)),
        default=Value(Label.PUBLIC.value),
    )


def clearance_of(workspace_id: UUID, organization_id: UUID, label: str) -> Clearance | None:
    """Return by which clearance an organization sees what carries ``label``, if it may today."""
    rows = Clearance.objects.standing().filter(workspace=workspace_id, organization=organization_id)
    return rows.filter(label=label).select_related("agreement").first()


def not_cleared(label: str, host_id: UUID, organization_id: UUID) -> NotCleared:
    """Return the refusal that names what is missing: an agreement that covers a label, or the one that has ended."""
    between = Partnership.objects.between(host_id, organization_id)
    signed = Agreement.objects.filter(partnership__in=between, classes__contains=[label])
    ended = signed.filter(
        state__in=(Agreement.State.EXPIRED, Agreement.State.TERMINATED, Agreement.State.IN_FORCE)
    )
    last = ended.order_by("ends_on").last()
    return NotCleared(Label(label).label, last)
