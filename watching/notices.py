"""Who is told of an alert, and of a hold: those who can do something about it, and whom it concerns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes, still_in
from orgs.notices import is_steering, steering
from workspaces.models import Hold, HoldAnswer


@owes("watching.alert_raised", kind="watch", mail=True, still_may=is_steering)
def those_who_steer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, reverse("watch_alert", args=[record.payload["alert_id"]]))


def still_concerns(user: Any, dues: Iterable[Due]) -> list[Due]:
    concerned = Hold.objects.visible_to(Actor.person(user))
    return still_in(concerned, dues, lambda due: UUID(due.url.strip("/").rpartition("/")[2]))


def _asked(record: Record) -> Iterator[UUID]:
    """Yield whom a hold concerns beside those who hold: the person, who steers their side, and their sponsor."""
    hold = Hold.objects.select_related("contact").filter(pk=record.payload["hold_id"]).first()
    if hold is None:
        return
    yield hold.user_id
    if hold.contact is not None:
        yield hold.contact.sponsor_id
    if hold.home_id is not None:
        yield from steering([hold.home_id])


def _page(record: Record) -> str:
    return reverse("hold", args=[record.payload["hold_id"]])


def still_unanswered(dues: Sequence[Due]) -> list[Due]:
    silent = Hold.objects.standing().exclude(pk__in=HoldAnswer.objects.values("hold"))
    return still_in(silent, dues, lambda due: UUID(due.url.strip("/").rpartition("/")[2]))


@owes(
    "workspaces.person_held",
    kind="watch",
    mail=True,
    still_may=still_concerns,
    act=Act(still_unanswered),
)
@owes("workspaces.person_released", kind="watch", mail=True, still_may=still_concerns)
def those_whom_it_concerns(record: Record) -> Iterator[Due]:
    for user_id in dict.fromkeys(_asked(record)):
        yield Due(user_id, _page(record))


@owes("workspaces.hold_answered", kind="watch", mail=True, still_may=still_concerns)
def those_who_hold(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, _page(record))
