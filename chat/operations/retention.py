"""An organization says how long it keeps its people's words, and the clock holds to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.events import MessagesExpired, RetentionChanged
from chat.models import Ask, Channel, ChannelEvent, Forward, Message, Messages, MessageVersion, Poll, Reaction
from chat.models.attachments import Attachment
from chat.models.legal_holds import IsHeld
from chat.models.retention import LONGEST_DAYS, Retention
from chat.operations.attachments import remove
from chat.operations.counting import forget_words
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization
from workspaces.models import Participant, Workspace

CLOCK = "chat.retention"
STRETCH = 200  # messages that go in one transaction
SECOND_THOUGHTS = timedelta(hours=24)
LEEWAY = timedelta(days=1)  # keys are given by clocks that may differ


@dataclass(frozen=True)
class Foreseen:
    """What a rule would remove today, the oldest of it, and when it begins to."""

    messages: int
    oldest: datetime | None
    begins_at: datetime


def foresee(*, actor: Actor, organization: Organization, workspace: Workspace | None, days: int) -> Foreseen:
    """Return what a rule would remove; counted by the platform, since nobody reads all rooms."""
    require(actor, "chat.set_retention", organization)
    now = timezone.now()
    rule = Retention(organization=organization, workspace=workspace, days=days)
    with acting(Actor.system(CLOCK)):
        found = _past(rule, now).aggregate(oldest=Min("created_at"))
        count = _past(rule, now).count()
    return Foreseen(count, found["oldest"], _begins(organization, workspace, days, now))


@operation
def set_retention(
    *, actor: Actor, organization: Organization, workspace: Workspace | None = None, days: int | None
) -> Retention | None:
    """Say how many days an organization keeps what its own people say, in one room or wherever; None is until deleted by hand.

    A shorter time begins a day later, so that it can be taken back.

    Raises:
        InvalidInput: no such time, or the organization takes no part in the workspace.

    Emits: RetentionChanged, if something changed.
    """
    require(actor, "chat.set_retention", organization)
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput.at("/days", "out_of_range", _("From 1 to 3650 days."))
    if workspace is not None and not _takes_part(organization, workspace):
        raise InvalidInput.at("/workspace", "unknown", _("The organization takes no part in this workspace."))
    rule = Retention.objects.filter(organization=organization, workspace=workspace).first()
    before = rule.days if rule else None
    if days == before:
        return rule
    if days is None:
        Retention.objects.filter(organization=organization, workspace=workspace).delete()
        rule = None
    else:
        rule = rule or Retention(organization=organization, workspace=workspace)
        rule.begins_at = _begins(organization, workspace, days, timezone.now())
        rule.days, rule.set_by = days, actor.user  # type: ignore[assignment]
        rule.save()
    hat = actor.for_org(organization)
    emit(RetentionChanged.of(organization, workspace, hat, before=before, after=days))
    return rule


def _begins(organization: Organization, workspace: Workspace | None, days: int, now: datetime) -> datetime:
    rule = Retention.objects.filter(organization=organization, workspace=workspace).first()
    if rule is None or days < rule.days:
        return now + SECOND_THOUGHTS
    return min(rule.begins_at, now)


def _takes_part(organization: Organization, workspace: Workspace) -> bool:
    return Participant.objects.active().filter(organization=organization, workspace=workspace).exists()


def _past(rule: Retention, now: datetime) -> Messages:
    """Return what a rule does not keep any more, the oldest first, from where it was looked at last."""
    rows = (
        Message.objects.filter(
            organization=rule.organization_id,
            created_at__lt=rule.ends(now),
            pk__lt=_first_key(rule.ends(now) + LEEWAY),
            deleted_at=None,
        )
        .alias(held=IsHeld("pk"))
        .filter(held=False)
    )
    if rule.done_until is not None:
        rows = rows.filter(pk__gte=_first_key(rule.done_until - LEEWAY))
    return rows.filter(workspace=rule.workspace_id) if rule.workspace_id else rows


def _first_key(moment: datetime) -> UUID:
    """Return the least key of that time: keys tell it, and are sorted by it already."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


@operation
def forget_expired(*, actor: Actor, retention: Retention, now: datetime | None = None) -> int:
    """Take away the words of one stretch of messages that their organization keeps no more; return how many they were.

    Emits: MessagesExpired, if there were any.
    """
    require(actor, "chat.forget_expired")
    now = now or timezone.now()
    rule = (
        Retention.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organization", "workspace")
        .begun(now)
        .filter(pk=retention.pk)
        .first()
    )
    if rule is None:
        return 0
    rows = list(_past(rule, now).order_by("pk").select_for_update(of=("self",))[:STRETCH])
    if not rows:
        Retention.objects.filter(pk=rule.pk).update(done_until=rule.ends(now))
        return 0
    empty(rows, now)
    emit(MessagesExpired.about(rule, actor, count=len(rows), shown=_numbered(rows, "message.deleted")))
    return len(rows)


def empty(rows: list[Message], now: datetime) -> None:
    """Leave of messages nothing but their places: words, earlier ones, files, marks, and what was brought elsewhere of them."""
    keys = [one.pk for one in rows]
    for noun in (MessageVersion, Reaction, Ask, Poll):
        noun.objects.filter(message__in=keys).delete()  # type: ignore[attr-defined]
    remove(list(Attachment.objects.filter(message__in=keys)))
    _empty_copies(keys)
    Message.objects.filter(pk__in=keys).update(
        body="",
        html="",
        mentions=[],
        attached=[],
        card=None,
        quotes=None,
        pinned_at=None,
        pinned_by=None,
        deleted_at=now,
        expired=True,
    )
    forget_words(keys)


def _empty_copies(keys: list[UUID]) -> None:
    """Take the words out of what forwards brought to other places."""
    brought = Forward.objects.filter(source__in=keys).select_related("message")
    copies = [one.message for one in brought if one.message.card and "forwarded" in one.message.card]
    for copy in copies:
        card = copy.card or {}
        copy.card = card | {"forwarded": card["forwarded"] | {"html": "", "words": "", "files": []}}
        copy.save(update_fields=["card"])
    if copies:
        _numbered(copies, "message.changed")


def _numbered(rows: Iterable[Message], kind: str) -> list[tuple[Any, ...]]:
    """Give each change the next event number of its channel; return channel, message, number and version of access."""
    places: dict[UUID, list[UUID]] = defaultdict(list)
    for one in rows:
        places[one.channel_id].append(one.pk)
    shown: list[tuple[Any, ...]] = []
    for channel_id in sorted(places):
        keys = places[channel_id]
        channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
        first = channel.last_event_seq + 1
        events = [
            ChannelEvent(channel=channel, seq=seq, type=kind, message_id=key)
            for seq, key in enumerate(keys, first)
        ]
        ChannelEvent.objects.bulk_create(events)
        Channel.objects.filter(pk=channel_id).update(last_event_seq=F("last_event_seq") + len(keys))
        shown += [(channel_id, one.message_id, one.seq, channel.acl_version) for one in events]
    return shown
