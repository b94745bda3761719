"""From a recorded event to a word for each person who is owed one."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due, Duty, StillMay, duties
from kernel.operations import operation
from notifications.models import Notice, Preference, Telling
from notifications.operations.chasing import follow
from notifications.operations.deliveries import Posted, post_notices, rests_of
from notifications.operations.folding import Folds
from notifications.operations.pushes import devices_of, post_pushes
from notifications.operations.tellings import kept_off, line, write

# The roof adds who shows a new notice on the person's screens, and who takes a read one off; called inside the transaction.
on_created: list[Callable[[Notice], None]] = []
on_read: list[Callable[[UUID], None]] = []


def make_notices(*, actor: Actor, record: Record) -> list[Notice]:
    """Tell everybody who is owed a word because of ``record``: see ``make_all_notices``."""
    return make_all_notices(actor=actor, records=[record])


@operation
def make_all_notices(*, actor: Actor, records: Sequence[Record]) -> list[Notice]:
    """Tell everybody who is owed a word because of ``records``, each once a record, as they chose.

    Their own act owes nobody a word, unless somebody else may have done it in their name. Told twice of the same record, it makes nothing new.
    What they have seen already is told as read. What is told of the same thing again, while they have not read it, takes
    the place of what was told before. Of each way it went, or would have gone, the log has a line; a notice that all
    ways are closed to is kept for that alone.
    What is asked and written is the same in number for one record as for a hundred.
    """
    owed = list({one.once: one for record in records for one in _owed(record)}.values())
    if not owed:
        return []
    people = get_user_model()._default_manager.filter(
        pk__in={one.due.user_id for one in owed}, is_active=True, is_bot=False
    )
    found = {person.pk: person for person in people}
    chosen = {(one.user_id, one.kind): one for one in Preference.objects.filter(user__in=found)}
    devices = devices_of(found)
    new: list[Notice] = []
    with_mail: list[Posted] = []
    pushed: list[Posted] = []
    log: list[Telling] = []
    to_do: list[Notice] = []
    still_owed = _still_owed(owed, found)
    folds = Folds.of((one.due, one.duty.kind) for one in still_owed)
    for record, duty, due in still_owed:
        choice = None if duty.binding else chosen.get((due.user_id, duty.kind))
        in_app, mail = (choice.in_app, choice.mail) if choice else (True, duty.mail)
        push = due.user_id in devices and (choice is None or choice.push is not False)
        notice = _notice(record, found[due.user_id], duty.kind, due, in_app=in_app)
        new.append(notice)
        if due.is_seen:
            notice.read_at = timezone.now()
            continue
        if notice.fold and in_app:
            folds.add(notice)
        if duty.act:
            to_do.append(notice)
        if choice:
            log += kept_off(notice, choice, has_mail=duty.mail, has_devices=due.user_id in devices)
        if mail:
            with_mail.append(Posted(notice, due, duty.binding))
        if push:
            pushed.append(Posted(notice, due, duty.binding))
    folds.note(new)
    Notice.objects.bulk_create(new)
    with_mail, pushed = _told_by(with_mail, Telling.Way.MAIL, log), _told_by(pushed, Telling.Way.PUSH, log)
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


def _told_by(posted: Sequence[Posted], way: str, log: list[Telling]) -> list[Posted]:
    """Leave out what is covered before it was told."""
    log += [
        line(one.notice, way, Telling.Outcome.DROPPED, why="folded", ended_at=timezone.now())
        for one in posted
        if one.notice.is_covered
    ]
    return [one for one in posted if not one.notice.is_covered]


class Owed(NamedTuple):
    record: Record
    duty: Duty
    due: Due

    @property
    def once(self) -> tuple[UUID, UUID, str]:
        """Return what a person is told of once."""
        return self.record.id, self.due.user_id, self.duty.kind


def _owed(record: Record) -> Iterable[Owed]:
    """Return the first reason to tell each person of each kind."""
    owed: dict[tuple[UUID, UUID, str], Owed] = {}
    for duty in duties(record.name):
        for due in duty.find(record):
            if due.user_id != record.actor_id or duty.own:
                one = Owed(record, duty, due)
                owed.setdefault(one.once, one)
    return owed.values()


def _still_owed(owed: Sequence[Owed], people: Mapping[UUID, Any]) -> list[Owed]:
    """Leave out who is not there any more, what was told before, and what somebody may not know of now."""
    rows = Notice.objects.filter(event_id__in={one.record.id for one in owed})
    told = set(rows.values_list("event_id", "recipient_id", "kind"))
    open_ones = [one for one in owed if one.due.user_id in people and one.once not in told]
    asked: dict[tuple[StillMay, UUID], list[Due]] = defaultdict(list)
    for one in open_ones:
        if one.duty.still_may is not None:
            asked[one.duty.still_may, one.due.user_id].append(one.due)
    known = {
        (still_may, user_id, due)
        for (still_may, user_id), dues in asked.items()
        for due in still_may(people[user_id], dues)
    }
    return [
        one
        for one in open_ones
        if one.duty.still_may is None or (one.duty.still_may, one.due.user_id, one.due) in known
    ]


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
        fold=due.fold,
    )


@operation
def mark_read(*, actor: Actor, notice: Notice) -> Notice:
    """Note that its reader has seen a notice, with what it is folded with; a second time changes nothing."""
    unread = Notice.objects.visible_to(actor).unread()
    mine = unread.with_fold_of(notice) if notice.is_covered else unread.filter(pk=notice.pk)
    now = timezone.now()
    if mine.update(read_at=now):
        notice.read_at = now
        _show_reading(actor)
    return notice


@operation
def mark_place_read(*, actor: Actor, place: str, kinds: Collection[str], newest: UUID | None = None) -> int:
    """Note that the actor has read what notices led to, on the page itself; return how many were unread.

    Args:
        place: what the addresses of the page's own things begin with.
        kinds: of which the page tells all that there is to know.
        newest: the last message they have read there; None where they have read all.
    """
    mine = Notice.objects.filter(recipient_id=actor.user_id, in_app=True).unread()
    mine = mine.filter(url__startswith=place, kind__in=kinds)
    if newest is not None:
        mine = mine.filter(payload__message_id__lte=str(newest))  # keys that grow with time
    read = mine.update(read_at=timezone.now())
    if read:
        _show_reading(actor)
    return read


@operation
def mark_all_read(*, actor: Actor, kind: str = "", org_id: UUID | None = None) -> int:
    """Note that the actor has seen all of their notices (of one kind, from one organization); return how many."""
    waiting = Notice.objects.filter(recipient_id=actor.user_id, in_app=True).unread()
    if kind:
        waiting = waiting.filter(kind=kind)
    if org_id:
        waiting = waiting.filter(org_id=org_id)
    read = waiting.update(read_at=timezone.now())
    if read:
        _show_reading(actor)
    return read


def _show_reading(actor: Actor) -> None:
    if actor.user_id:
        for show in on_read:
            show(actor.user_id)
