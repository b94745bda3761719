"""Somebody asks for a right; whoever decides there answers in place."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from access.errors import AlreadyAnswered, AlreadyAsked, AlreadyHeld
from access.events import (
    AccessAsked,
    AccessRequestDeclined,
    AccessRequestGranted,
    AccessRequestWithdrawn,
)
from access.kinds import KINDS, Kind, kind_of
from access.levels import Level
from access.models import Request
from access.operations.grants import grant_access
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
    request: Request,
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

    Emits: AccessRequestGranted (and AccessGranted), or AccessRequestDeclined.
    """
    request = _held(request)
    kind = KINDS[request.kind]
    thing = kind.rows().get(pk=request.object_id)
    require(actor, "access.answer", (request, thing))
    if grants:
        assert kind.sharing is not None
        until = expires_at or timezone.now() + timedelta(days=kind.sharing.longest(thing), seconds=-1)
        wanted = level or Level.of(request.level)
        grant_access(actor=actor, thing=thing, principal=request.asked_by, level=wanted, expires_at=until)
    request.state = Request.State.GRANTED if grants else Request.State.DECLINED
    request.answered_by, request.answered_at = actor.user, timezone.now()
    request.comment = comment.strip()
    request.save(update_fields=["state", "answered_by", "answered_at", "comment"])
    hat = seated(actor, request.workspace_id) if request.workspace_id else actor
    emit(AccessRequestGranted.of(request, hat) if grants else AccessRequestDeclined.of(request, hat))
    return request


@operation
def withdraw_request(*, actor: Actor, request: Request) -> Request:
    """Take one's question back.

    Emits: AccessRequestWithdrawn.
    """
    request = _held(request)
    require(actor, "access.withdraw_request", request)
    request.state = Request.State.WITHDRAWN
    request.save(update_fields=["state"])
    emit(AccessRequestWithdrawn.of(request, actor))
    return request


def _held(request: Request) -> Request:
    found = Request.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=request.pk)
    if found.state != Request.State.OPEN:
        raise AlreadyAnswered
    return found
