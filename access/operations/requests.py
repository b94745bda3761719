"""Somebody asks for a right; whoever decides there answers in place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from access.errors import AlreadyAnswered, AlreadyAsked, AlreadyHeld, NothingToGive
from access.events import (
    AccessAsked,
    AccessRequestDeclined,
    AccessRequestGranted,
    AccessRequestPassedOn,
    AccessRequestWithdrawn,
)
from access.kinds import KINDS, Kind, kind_of
from access.levels import Level
from access.models import Request
from access.operations.grants import grant_access, latest_end
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from workspaces.models import seated


@operation
def ask_for_access(*, actor: Actor, thing: Any, level: Level, reason: str = "") -> Request:
    """Ask those who decide on access for a right on what one may know of.

    Raises:
        AlreadyHeld: the actor can do that.
        AlreadyAsked: an answer is still due.

    Emits: AccessAsked.
    """
    kind = kind_of(thing)
    if kind.weigh(actor, thing).allows(level):
        raise AlreadyHeld
    if Request.objects.open().filter(object_id=thing.pk, asked_by=actor.user_id).exists():  # type: ignore[misc]
        raise AlreadyAsked
    room = kind.workspace_id(thing)
    hat = seated(actor, room) if room else actor
    request = Request(
        kind=kind.name,
        object_id=thing.pk,
        object_name=kind.label(thing)[:200],
        workspace_id=room,
        asked_by=actor.user,
        asked_for=hat.org,
        level=level.word,
        reason=reason.strip(),
        asks=[one.user.pk for one in deciding(kind, thing) if one.user.pk != actor.user_id],
    )
    try:
        with transaction.atomic(using=database()):
            request.save(force_insert=True)
    except IntegrityError:  # in this very instant, from another tab
        raise AlreadyAsked from None
    emit(AccessAsked.of(request, hat))
    return request


def deciding(kind: Kind, thing: Any) -> list[Any]:
    """Return the standings of those who decide on access to a thing."""
    needed = Level.EDIT if kind.grants is not None else Level.MANAGE
    return [one for one in kind.everybody(thing) if one.verdict.allows(needed) and not one.is_external]


@operation
def answer_request(
    *,
    actor: Actor,
    asked: Request,
    grants: bool,
    level: Level | None = None,
    expires_at: datetime | None = None,
    comment: str = "",
) -> Request:
    """Say yes, perhaps to less or for a shorter time than was asked, or no.

    Args:
        expires_at: left out, the longest that the rules allow.

    Raises:
        AlreadyAnswered: somebody was quicker.
        NothingToGive: things of this kind are not shared by single rights; a yes is a seat given there.

    Emits: AccessRequestGranted (and AccessGranted), or AccessRequestDeclined.
    """
    asked = _held(asked)
    kind = KINDS[asked.kind]
    thing = kind.rows().get(pk=asked.object_id)
    require(actor, "access.answer", (asked, thing))
    if grants:
        if kind.sharing is None:
            raise NothingToGive
        wanted = level or Level.of(asked.level)
        until = expires_at or latest_end(kind, kind.sharing.hat(actor, thing), thing, wanted)
        grant_access(actor=actor, thing=thing, principal=asked.asked_by, level=wanted, expires_at=until)
    asked.state = Request.State.GRANTED if grants else Request.State.DECLINED
    asked.answered_by, asked.answered_at = actor.user, timezone.now()
    asked.comment = comment.strip()
    asked.save(update_fields=["state", "answered_by", "answered_at", "comment"])
    hat = seated(actor, asked.workspace_id) if asked.workspace_id else actor
    emit(AccessRequestGranted.of(asked, hat) if grants else AccessRequestDeclined.of(asked, hat))
    return asked


@operation
def pass_requests_on(*, actor: Actor, requests: Sequence[Request]) -> None:
    """Ask those too who can answer by now and were not asked, of what nobody has answered.

    Emits: AccessRequestPassedOn, for each that somebody is told of.
    """
    require(actor, "access.pass_on")
    for one in requests:
        kind = KINDS[one.kind]
        thing = kind.rows().filter(pk=one.object_id).first()
        asked = {*one.asks, one.asked_by_id}
        others = [who.user.pk for who in deciding(kind, thing) if who.user.pk not in asked] if thing else []
        if others and one.workspace is not None:
            one.asks = [*one.asks, *others]
            one.save(update_fields=["asks"])
            emit(AccessRequestPassedOn.within(one, one.workspace.host, tuple(others)))


@operation
def withdraw_request(*, actor: Actor, asked: Request) -> Request:
    """Take one's question back.

    Emits: AccessRequestWithdrawn.
    """
    asked = _held(asked)
    require(actor, "access.withdraw_request", asked)
    asked.state = Request.State.WITHDRAWN
    asked.save(update_fields=["state"])
    emit(AccessRequestWithdrawn.of(asked, actor))
    return asked


def _held(asked: Request) -> Request:
    found = Request.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=asked.pk)
    if found.state != Request.State.OPEN:
        raise AlreadyAnswered
    return found
