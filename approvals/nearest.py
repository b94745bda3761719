"""The next keys of a list of requests of which there may be very many.

Each way in which somebody knows of a request is walked from its end, by an index that has that order, and looks at no
more than is shown. Together in one condition the database would first draw up all that they know of.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from approvals.models import Instance, InstanceGrant
from kernel.acting import acts
from kernel.actor import Actor
from kernel.prepared import execute
from orgs.models import Membership, Organization

WALKED = ("mine", "done", "all")
Rows = QuerySet[Instance]


class Way(NamedTuple):
    """``rows`` that fit ``where``, and the key by which an index has these in order."""

    rows: Rows
    where: Q
    key: str = "pk"

    def keys(self, after: UUID | None, *, is_newest: bool) -> QuerySet[Any]:
        sign, beyond = ("-", "lt") if is_newest else ("", "gt")
        # In one condition: of a relation to many, another would mean another of them.
        where = self.where & Q(**{f"{self.key}__{beyond}": after}) if after else self.where
        keys = self.rows.filter(where).order_by(sign + self.key).values_list(self.key, flat=True)
        return keys.distinct() if self.key == DECIDED else keys


DECIDED, VIEWED = "assignments__instance_id", "viewers__instance_id"


def nearest(
    actor: Actor, tab: str, narrow: Callable[[Rows], Rows], after: UUID | None, size: int, *, is_newest: bool
) -> list[UUID]:
    """Return the keys that follow ``after`` in a tab, at most ``size``, in order.

    Args:
        narrow: leaves out what else is not wanted.
    """
    first, *others = [
        one._replace(rows=narrow(one.rows)).keys(after, is_newest=is_newest)[:size]
        for one in ways_in(actor, tab)
    ]
    return sorted(set(first.union(*others)), reverse=is_newest)[:size]


def ways_in(actor: Actor, tab: str) -> list[Way]:
    """Return in which ways requests come to a tab: each is theirs to see, as ``visible_to`` says it."""
    if tab == "all":
        return list(_ways_to_know(actor))
    rows = Instance.objects.each_visible_to(actor).kept()
    decided: list[Way] = []
    if tab == "done":
        decided = [Way(rows, Q(assignments__actor=actor.user_id), DECIDED)]
        rows = rows.exclude(state__in=(*Instance.OPEN, *Instance.UNSENT))
    return [*decided, Way(rows, Q(initiator=actor.user_id)), Way(rows, Q(keeper=actor.user_id))]


def _ways_to_know(actor: Actor) -> Iterator[Way]:
    rows = Instance.objects.kept()
    if actor.sees_all or actor.user_id is None:
        yield Way(rows.visible_to(actor), Q())
        return
    for org in Organization.objects.worked_for(actor).values_list("pk", flat=True):
        yield Way(rows, Q(viewers__organization=org, viewers__user=actor.user_id), VIEWED)
    for org in Membership.objects.of(actor).steering().values_list("organization_id", flat=True):
        yield Way(rows, Q(viewers__organization=org, viewers__user=None), VIEWED)
    yield Way(rows, Q(pk__in=RawSQL("SELECT unnest(priv.requests_stood_for(%s))", [actor.user_id])))
    yield Way(rows, Q(pk__in=InstanceGrant.objects.meant_for(actor).values("on")))


# ── By their words ───────────────────────────────────────────────────────────
FEW = 2_000  # so many requests are looked at one by one
CALLED = "SELECT * FROM priv.requests_called(%s, %s, %s, %s, %s, %s)"
TYPES = ("text", "text", "uuid", "bool", "int", "int")
ENDS = {True: UUID(int=2**128 - 1), False: UUID(int=0)}


def called(
    actor: Actor, said: str, after: UUID | None, size: int, *, tab: str = "all", is_newest: bool = True
) -> list[UUID]:
    """Return the keys of the next requests of a tab that have these words in their title or number."""
    if (
        actor.user_id is None or actor.bound or not acts(actor)
    ):  # the function says what the whole person may see
        return nearest(actor, tab, partial(with_words, said=said), after, size, is_newest=is_newest)
    pattern = f"%{connection.ops.prep_for_like_query(said)}%"
    values: list[Any] = [pattern, tab, after or ENDS[is_newest], is_newest, size, FEW]
    return [key for (key,) in execute(CALLED, values, TYPES)]


def with_words(rows: Rows, said: str) -> Rows:
    return rows.filter(Q(title__icontains=said) | Q(number__icontains=said))
