"""Who took part in a request, and so hears how it ends: those who decided, and those who let it be taken back."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Q

from approvals.models import Assignment, Instance


def consenting(instance: Instance) -> dict[UUID, set[UUID]]:
    """Return by organization who said there that the request may be taken back, since it was asked for last."""
    asked = instance.events.filter(type="withdrawal_proposed").order_by("-seq").values_list("seq", flat=True)
    since = asked.first()
    if since is None:
        return {}
    words = instance.events.filter(type="withdrawal_word", seq__gt=since, payload__agrees=True)
    said = defaultdict(set)
    for org_id, user_id in words.values_list("acting_org", "actor"):
        if user_id is not None:
            said[org_id].add(user_id)
    return dict(said)


def took_part(instance: Instance) -> set[UUID]:
    """Return who decided something in it and has not ended it by that: of the partners, and of all sides where it
    changes or revokes what they agreed to. Who stands for a side that was replaced is none of them."""
    sides = set(instance.org_ids())
    told = sides if instance.purpose else sides - {instance.acting_org_id}
    rows = instance.assignments.filter(run__party_org__in=told, state__in=Assignment.DECIDED)
    if instance.state != Instance.State.VOIDED:
        rows = rows.filter(Q(decided_at=None) | Q(decided_at__lt=instance.settled_at))
    people = {one for pair in rows.values_list("principal", "actor") for one in pair if one is not None}
    return people.union(*(those for side, those in consenting(instance).items() if side in sides))
