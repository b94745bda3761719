"""Rights on single objects are given, and end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.errors import AboveOwnRank, GrantGone, NothingToGive
from access.events import AccessGranted, AccessRevoked, GrantExpired
from access.kinds import Kind, Sharing, kind_of
from access.levels import Level
from access.models import Grant
from accounts.models import User
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import require
from orgs.models import Department, Organization

Principal = User | Department | Organization | None  # None: everybody of the participants


@operation
def grant_access(
    *, actor: Actor, thing: Any, principal: Principal, level: Level, expires_at: datetime | None = None
) -> Grant:
    """Give a right on one object, or change one that was given.

    Args:
        principal: who sits in the object's workspace, a department of one's own organization, an organization
            that takes part, or None for everybody of the participants.
        expires_at: needed for whoever does not belong to the actor's organization, within ``guest_days``.

    Raises:
        NotAllowed: the actor does not decide on access here.
        AboveOwnRank: they do not hold as much themself.
        InvalidInput: the principal has no part in the room, or the time does not fit: it is over, or longer than
            the actor holds that right themself.

    Emits: AccessGranted.
    """
    _hold_tree(principal.pk if isinstance(principal, Department) else None)
    kind, thing = _held(thing)
    require(actor, "access.manage", thing)
    hat = _sharing(kind).hat(actor, thing)
    own_end = _check_rank(kind, hat, thing, level)
    bounded = _sharing(kind).fits(hat, thing, principal, level)
    until = _until(kind, thing, expires_at, bounded=bounded, own_end=own_end)
    grant = _found(kind, thing, principal) or kind.grants(on=thing, given_by=actor.user)  # type: ignore[misc]
    grant.given_by, grant.given_for = actor.user, hat.org
    grant.level, grant.expires_at = level.word, until
    for name in ("user", "department", "organization"):
        setattr(grant, name, principal if _name(principal) == name else None)
    grant.save()
    kind.changed(thing)
    emit(AccessGranted.of(grant, hat, people=_sharing(kind).people(grant)))
    return grant


@operation
def revoke_access(*, actor: Actor, grant: Grant) -> None:
    """Take a right back; what it opened is closed when this returns.

    Raises:
        GrantGone: somebody was quicker.

    Emits: AccessRevoked.
    """
    _hold_tree(grant.department_id)
    kind, thing = _held(grant.on)  # type: ignore[attr-defined]
    require(actor, "access.manage", thing)
    hat = _sharing(kind).hat(actor, thing)
    _end(kind, grant, hat, AccessRevoked)


@operation
def expire_grant(*, actor: Actor, grant: Grant) -> bool:
    """Clear away a grant whose time is over; False if there is nothing to do. It opened nothing any more.

    Emits: GrantExpired.
    """
    _hold_tree(grant.department_id)
    kind, thing = _held(grant.on)  # type: ignore[attr-defined]
    require(actor, "access.expire", thing)
    if not type(grant).objects.overdue().filter(pk=grant.pk).exists():  # type: ignore[attr-defined]
        return False
    _end(kind, grant, actor, GrantExpired)
    return True


def _end(kind: Kind, grant: Grant, actor: Actor, event: Any) -> None:
    assert kind.grants is not None
    rows: Any = kind.grants.objects
    found = rows.told().select_related("on").filter(pk=grant.pk).first()
    if found is None:
        raise GrantGone
    told = event.of(found, actor, people=_sharing(kind).people(found))
    found.delete()
    kind.changed(found.on)
    emit(told)


def _hold_tree(department_id: UUID | None) -> None:
    """Keep the departments of a right's organization as they are: who is meant by it must not change meanwhile.

    Organizations are held before what stands in rooms, here as everywhere.
    """
    if department_id is not None:
        execute("SELECT priv.hold_departments(%s)", [department_id], ("uuid",))


def _held(thing: Any) -> tuple[Kind, Any]:
    """Lock the thing, so that giving and taking back come one after the other."""
    kind = kind_of(thing)
    if kind.grants is None:
        raise NothingToGive
    return kind, kind.rows().select_for_update(of=("self",)).get(pk=thing.pk)


def _sharing(kind: Kind) -> Sharing:
    assert kind.sharing is not None, "a kind with grants says how they are given"
    return kind.sharing


def _check_rank(kind: Kind, actor: Actor, thing: Any, level: Level) -> datetime | None:
    """Return until when the actor holds that level themself."""
    verdict = kind.weigh(actor, thing)
    if not verdict.allows(level):
        raise AboveOwnRank("access.manage")
    return verdict.lasts(level)


def latest_end(kind: Kind, actor: Actor, thing: Any, level: Level) -> datetime:
    """Return the last moment until which somebody may give a level: by the rules, and by what they hold."""
    by_rules = timezone.now() + timedelta(days=_sharing(kind).longest(thing), seconds=-1)
    return min(by_rules, kind.weigh(actor, thing).lasts(level) or by_rules)


def _until(
    kind: Kind, thing: Any, said: datetime | None, *, bounded: bool, own_end: datetime | None
) -> datetime | None:
    """Return the end that counts: the one said; else, for one's own people, that of the giver's own right."""
    if said is not None and said <= timezone.now():
        raise InvalidInput.at("/expires_at", "past", _("Choose a time in the future."))
    if said is None and bounded:
        sentence = _("A right for others than one's own people needs an end.")
        raise InvalidInput.at("/expires_at", "required", sentence)
    if said is None:
        return own_end
    if bounded and said > timezone.now() + timedelta(days=_sharing(kind).longest(thing)):
        raise InvalidInput.at("/expires_at", "too_late", _("Longer than the rules here allow."))
    if own_end is not None and said > own_end:
        raise InvalidInput.at("/expires_at", "too_late", _("Longer than you hold this right yourself."))
    return said


def _name(principal: Principal) -> str:
    match principal:
        case User():
            return "user"
        case Department():
            return "department"
        case Organization():
            return "organization"
    return ""


def _found(kind: Kind, thing: Any, principal: Principal) -> Grant | None:
    named = dict.fromkeys(("user", "department", "organization"))
    if principal is not None:
        named[_name(principal)] = principal  # type: ignore[assignment]
    assert kind.grants is not None
    rows: Any = kind.grants.objects
    return rows.filter(on=thing, **named).first()
