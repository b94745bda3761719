"""Notices on their way to devices: sent once each, tried again for half an hour, and never to a browser that has signed out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from kernel.actor import Actor
from kernel.notices import Due, duties
from kernel.operations import operation
from notifications.models import Delivery, Device, Notice, Push, Rest, Telling
from notifications.operations.deliveries import Posted, hand_over, pause_after, unwanted
from notifications.operations.tellings import carried

MAX_TRIES = 7
LATER = timedelta(seconds=20)  # for what somebody who is looking at the page has read by then
GONE = (404, 410)
TRY_AGAIN = (408, 425, 429)


def devices_of(people: Iterable[UUID]) -> dict[UUID, list[Device]]:
    found = defaultdict(list)
    for device in Device.objects.filter(user__in=people):
        found[device.user_id].append(device)
    return found


def post_pushes(
    waiting: Sequence[Posted], devices: Mapping[UUID, list[Device]], rests: Mapping[UUID, Rest]
) -> tuple[list[Push], set[UUID]]:
    """Owe each notice to every device of its reader; in quiet hours it waits until they end.

    Return the pushes, and the keys of those that are held back.
    """
    owed, held = [], set()
    for one in waiting:
        due_at, is_held = _due_at(one, rests)
        for device in devices[one.notice.recipient_id]:
            push = Push(notice=one.notice, user_id=device.user_id, device=device, due_at=due_at)
            owed.append(push)
            if is_held:
                held.add(push.pk)
    Push.objects.bulk_create(owed)
    hand_over("notifications.tasks.push", [str(one.pk) for one in owed if one.due_at <= timezone.now()])
    return owed, held


def post_pushes_again(
    notices: Sequence[Notice], devices: Mapping[UUID, list[Device]], rests: Mapping[UUID, Rest]
) -> list[Telling]:
    """Owe notices that were told in another way alone to the devices of their readers. Return the log of it."""
    again = [one for one in notices if one.recipient_id in devices]
    owed, held = post_pushes(
        [Posted(one, Due(one.recipient_id, one.url), False) for one in again], devices, rests
    )
    return [carried(one.notice, Telling.Way.PUSH, one, is_held=one.pk in held) for one in owed]


def _due_at(one: Posted, rests: Mapping[UUID, Rest]) -> tuple[datetime, bool]:
    """Return when it leaves, and whether quiet hours hold it back."""
    ready = timezone.now() + (LATER if one.due.urgency == "later" else timedelta())
    rest = None if one.urgent else rests.get(one.notice.recipient_id)
    due_at = rest.open_at(ready, one.notice.recipient.time_zone) if rest else ready
    return due_at, due_at > ready


@operation
def claim_push(*, actor: Actor, push_id: UUID) -> Push | None:
    """Take a push that is due, so that nobody else sends it meanwhile; None if there is nothing to send.

    The claim is a lease: whoever dies while sending leaves it due again later.
    """
    rows = Push.objects.due().filter(pk=push_id).select_for_update(of=("self",), skip_locked=True)
    push = rows.select_related("notice__recipient", "device__session__user").first()
    if push is None:
        return None
    reason = _reason_to_drop(push)
    if reason:
        _settle(push, Delivery.State.DROPPED, reason)
        return None
    now = timezone.now()
    rests_until = _quiet_until(push, now)
    push.due_at = rests_until or now + pause_after(push.attempts + 1)
    push.attempts += 0 if rests_until else 1
    push.save(update_fields=["attempts", "due_at"])
    if rests_until:
        held = {"outcome": Telling.Outcome.HELD, "why": "quiet", "until": rests_until}
        Telling.objects.of(push.pk).open().update(**held)
    return None if rests_until else push


def _reason_to_drop(push: Push) -> str:
    if push.device is None:
        return "device_removed"
    if not push.device.is_signed_in:
        _remove(push.device)
        return "signed_out"
    return unwanted(push.notice) or _told_since(push)


def _told_since(push: Push) -> str:
    """Tell whether the device was told of what it is folded with since, and so of it as well."""
    notice = push.notice
    same = Notice.objects.with_fold_of(notice)
    sent = Push.objects.filter(
        notice__in=same,
        device=push.device_id,
        state=Delivery.State.SENT,
        sent_at__gte=notice.created_at,
    )
    return "folded" if notice.fold and sent.exists() else ""


def _quiet_until(push: Push, now: datetime) -> datetime | None:
    """Return when the quiet hours end that have begun since it was owed, or that were chosen since."""
    notice = push.notice
    if any(duty.binding for duty in duties(notice.event_name) if duty.kind == notice.kind):
        return None
    rest = Rest.objects.filter(user=push.user_id).first()
    until = rest.open_at(now, notice.recipient.time_zone) if rest else now
    return until if until > now else None


@operation
def note_push(*, actor: Actor, push: Push, said: int | str) -> Push:
    """Note what came of a try; a device that its service knows no more is removed.

    Args:
        said: the status of HTTP, or the code of ``kernel.outgoing`` where there was no answer.
    """
    if isinstance(said, int) and 200 <= said < 300:
        push.sent_at = timezone.now()
        _settle(push, Delivery.State.SENT, "")
    elif said in GONE:
        if push.device is not None:
            _remove(push.device)
        _settle(push, Delivery.State.DROPPED, "device_gone")
    else:
        is_over = push.attempts >= MAX_TRIES or _is_refusal(said)
        state = Delivery.State.FAILED if is_over else Delivery.State.WAITING
        _settle(push, state, f"http_{said}" if isinstance(said, int) else said)
    return push


def _is_refusal(said: int | str) -> bool:
    """Tell whether asking the same again is in vain."""
    return isinstance(said, int) and said < 500 and said not in TRY_AGAIN


def _settle(push: Push, state: str, error: str) -> None:
    push.state, push.error = state, error
    push.save(update_fields=["state", "sent_at", "error"])
    told = Telling.objects.of(push.pk).open()
    if state == Delivery.State.WAITING:
        told.update(outcome=Telling.Outcome.WAITING, why="again", until=push.due_at)
    else:
        told.end(state, "push" if state == Delivery.State.FAILED else error)


def _remove(device: Device) -> None:
    """By a query of its own: the rows that name it are let go of by the database."""
    Device.objects.filter(pk=device.pk).delete()
