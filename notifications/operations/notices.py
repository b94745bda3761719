"""From a recorded event to a word for each person who is owed one."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due, Duty, duties
from kernel.operations import operation
from notifications.models import Notice, Preference, Telling
from notifications.operations.chasing import follow
from notifications.operations.deliveries import Posted, post_notices, rests_of
from notifications.operations.pushes import devices_of, post_pushes
from notifications.operations.tellings import kept_off, write

# The roof adds who shows a new notice on the person's screens; called inside the transaction.
on_created: list[Callable[[Notice], None]] = []


@operation
def make_notices(*, actor: Actor, record: Record) -> list[Notice]:
    """Tell everybody who is owed a word because of ``record``, each once, as they chose.

    Their own act owes nobody a word, unless somebody else may have done it in their name. Told twice of the same record, it makes nothing new.
    Of each way it went, or would have gone, the log has a line; a notice that all ways are closed to is kept for that alone.
    """
    owed = _owed(record)
    people = get_user_model()._default_manager.filter(
        pk__in={user_id for user_id, _kind in owed}, is_active=True, is_bot=False
    )
    found = {person.pk: person for person in people}
    chosen = {(one.user_id, one.kind): one for one in Preference.objects.filter(user__in=found)}
    devices = devices_of(found)
    told = set(Notice.objects.filter(event_id=record.id).values_list("recipient_id", "kind"))
    new: list[Notice] = []
    with_mail: list[Posted] = []
    pushed: list[Posted] = []
    log: list[Telling] = []
    to_do: list[Notice] = []
    for (user_id, kind), (duty, due) in owed.items():
        person, choice = found.get(user_id), None if duty.binding else chosen.get((user_id, kind))
        if person is None or (user_id, kind) in told or not duty.may_tell(person, due):
            continue
        in_app, mail = (choice.in_app, choice.mail) if choice else (True, duty.mail)
        push = user_id in devices and (choice is None or choice.push is not False)
        notice = _notice(record, person, kind, due, in_app=in_app)
        new.append(notice)
        if duty.act:
            to_do.append(notice)
        if choice:
            log += kept_off(notice, choice, has_mail=duty.mail, has_devices=user_id in devices)
        if mail:
            with_mail.append(Posted(notice, due, duty.binding))
        if push:
            pushed.append(Posted(notice, due, duty.binding))
    Notice.objects.bulk_create(new)
    rests = rests_of(found) if with_mail or pushed or to_do else {}
    held, gathered = post_notices(with_mail, rests)
    _pushes, later = post_pushes(pushed, devices, rests)
    write(new, {*held, *later}, [*log, *gathered])
    follow(to_do, rests)
    for notice in new:
        if notice.in_app:
            for show in on_created:
                show(notice)
    return new


def is_owed(record: Record) -> bool:
    """Tell whether anybody at all may be owed a word: of most records, nobody."""
    return next(_dues(record), None) is not None


def _owed(record: Record) -> dict[tuple[UUID, str], tuple[Duty, Due]]:
    """Return the first reason to tell each person of each kind."""
    owed: dict[tuple[UUID, str], tuple[Duty, Due]] = {}
    for duty, due in _dues(record):
        if due.user_id != record.actor_id or duty.own:
            owed.setdefault((due.user_id, duty.kind), (duty, due))
    return owed


def _dues(record: Record) -> Iterator[tuple[Duty, Due]]:
    for duty in duties(record.name):
        for due in duty.find(record):
            yield duty, due


def _notice(record: Record, person: Any, kind: str, due: Due, *, in_app: bool) -> Notice:
    return Notice(
        recipient=person,
        event_id=record.id,
        event_name=record.name,
        kind=kind,
        url=due.url,
        at=record.at,
        actor_id=record.actor_id,
        actor_name=record.actor_name,
        org_id=record.org_id,
        org_name=record.org_name,
        workspace_id=record.workspace_id,
        subject_label=record.subject[2],
        payload=record.payload,
        in_app=in_app,
    )


@operation
def mark_read(*, actor: Actor, notice: Notice) -> Notice:
    """Note that its reader has seen a notice; a second time changes nothing."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        Notice.objects.visible_to(actor).filter(pk=notice.pk, read_at=None).update(read_at=notice.read_at)
    return notice


@operation
def mark_all_read(*, actor: Actor, kind: str = "", org_id: UUID | None = None) -> int:
    """Note that the actor has seen all of their notices (of one kind, from one organization); return how many."""
    waiting = Notice.objects.filter(recipient_id=actor.user_id, in_app=True).unread()
    if kind:
        waiting = waiting.filter(kind=kind)
    if org_id:
        waiting = waiting.filter(org_id=org_id)
    return waiting.update(read_at=timezone.now())
