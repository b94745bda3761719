"""Until when an answer is due: as the step itself says, and as its contract gives the organization; the earlier counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least

from approvals.models import Assignment, Run


def of_contracts(which: Q) -> Any:
    """Return the open steps of organizations as a whole, each with until when it was given time: its own, or that of all who confirm."""
    rows = Run.objects.filter(which, type="party", state__in=Run.OPEN)
    return rows.annotate(until=Coalesce("due_at", "parent__due_at")).exclude(until=None).order_by("until")


def due_of_slots() -> Least:
    """Return until when a slot is due, for queries of assignments; NULL where nothing says so."""
    around = Q(instance=OuterRef("instance"), party_org=OuterRef("run__party_org"))
    given = Subquery(of_contracts(around).values("until")[:1])
    return Least(F("run__due_at"), given)


def due_of(slots: Iterable[Assignment]) -> dict[UUID, datetime]:
    """Return by slot until when it is due; what a partner was given is looked up once for all."""
    rows = list(slots)
    found = {one.pk: one.run.due_at for one in rows if one.run.due_at is not None}
    inside = {one.instance_id for one in rows if one.run.parent_id is not None}
    given = of_contracts(Q(instance__in=inside)) if inside else ()
    for run in given:
        for one in rows:
            if (one.instance_id, one.run.party_org_id) == (run.instance_id, run.party_org_id):
                found[one.pk] = min(found.get(one.pk, run.until), run.until)
    return found
