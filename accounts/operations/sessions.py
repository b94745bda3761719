"""Signed-in browsers: seen, and signed out from afar."""

from uuid import UUID

from django.utils import timezone

from accounts.devices import device_kept
from accounts.events import SessionsEnded
from accounts.models import Session, User
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def end_session(*, actor: Actor, session: Session) -> None:
    """Sign one browser out; its next request is a stranger's, its sockets close.

    Raises:
        NotVisible: it has ended meanwhile.

    Emits: SessionsEnded.
    """
    held = Session.objects.select_for_update(of=("self",)).filter(pk=session.pk, user=session.user).first()
    if held is None or held.user is None:
        raise NotVisible
    require(actor, "accounts.manage_sessions", held.user)
    held.delete()
    emit(SessionsEnded.of(held.user, actor, devices=(device_kept(held.agent),)))


@operation
def end_other_sessions(*, actor: Actor, person: User, kept: UUID | None) -> int:
    """Sign every browser of ``person`` out but the one in front of them, and return how many those were.

    Args:
        kept: the session that stays; None where they ask with a token.

    Emits: SessionsEnded, if there was one.
    """
    require(actor, "accounts.manage_sessions", person)
    theirs = (
        Session.objects.filter(user=person)
        .exclude(pk__in=[kept] if kept else [])
        .select_for_update()
        .order_by("pk")
    )
    ended = list(theirs)
    Session.objects.filter(pk__in=[one.pk for one in ended]).delete()
    if ended:
        emit(SessionsEnded.of(person, actor, devices=tuple(device_kept(one.agent) for one in ended)))
    return len(ended)


@operation
def note_visit(*, actor: Actor, session: Session) -> None:
    """Keep when a browser was last here; no event, or the record would be full of them."""
    session.seen_at = timezone.now()
    Session.objects.filter(pk=session.pk).update(seen_at=session.seen_at)
