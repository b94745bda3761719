"""What an organization keeps of a request once another has come in its place: that it was asked, and that it is over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from approvals.models import Instance, InstanceEvent
from approvals.sides import Sides
from kernel.actor import Actor


def has_parted(instance: Instance, side: UUID | None) -> bool:
    """Tell whether a side that was asked takes part no more; who looks for nobody has no part to lose."""
    return side is not None and side not in instance.org_ids()


def known_to(side: UUID | None, instance: Instance) -> Instance:
    """Return the request as far as a side may know how it stands."""
    return all_known([(instance, side)])[0]


def known_by(actor: Actor, instances: Iterable[Instance]) -> list[Instance]:
    """Return requests as far as somebody may know how they stand, each for the side from which they see it."""
    rows = list(instances)
    sides = Sides(actor, rows)
    return all_known((one, sides.of(one)) for one in rows)


def all_known(seen: Iterable[tuple[Instance, UUID | None]]) -> list[Instance]:
    """Return requests as far as the side beside each may know how they stand: one query for each side that has parted."""
    pairs = list(seen)
    parted = defaultdict(list)
    for instance, side in pairs:
        if has_parted(instance, side):
            parted[side].append(instance.pk)
    over = {side: _ends(side, requests) for side, requests in parted.items()}
    return [
        _as_it_was(instance, over[side].get(instance.pk)) if instance.pk in parted.get(side, ()) else instance
        for instance, side in pairs
    ]


def _ends(side: UUID, requests: list[UUID]) -> Mapping[UUID, datetime]:
    """Return when each was over for the side: the last that it heard of."""
    heard = InstanceEvent.objects.filter(instance__in=requests).heard_by(side)
    return dict(heard.order_by().values("instance").annotate(last=Max("at")).values_list("instance", "last"))


def _as_it_was(instance: Instance, since: datetime | None) -> Instance:
    """Return it as taken back from those who were asked; what became of it later is not theirs to know."""
    shown = copy(instance)
    shown.state, shown.settled_at = Instance.State.WITHDRAWN, since or instance.created_at
    shown.round, shown.form_rev, shown.proposal = None, None, {}
    return shown
