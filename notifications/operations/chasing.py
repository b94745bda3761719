"""What asks for an act is followed up: its reader is reminded, then somebody else is told, until it is done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from kernel.actor import Actor
from kernel.notices import Act, Due
from kernel.operations import operation
from notifications.models import Chase, Delivery, Notice, Preference, Push, Rest, Telling
from notifications.operations.deliveries import REMINDER, carry_soon, rests_of
from notifications.operations.pushes import devices_of, post_pushes_again
from notifications.operations.tellings import line
from notifications.queries import act_of, open_of
from notifications.rest import earliest

AT_ONCE = 500
LEAST = timedelta(hours=1)  # between a reminder and the word to somebody else


def follow(notices: Sequence[Notice], rests: Mapping[UUID, Rest]) -> None:
    """Look at each again when its reader's patience ends; who wants no reminder is passed over without one."""
    now = timezone.now()
    notices = list({(one.recipient_id, one.url): one for one in notices}.values())
    chases = []
    for one in notices:
        patience = rests.get(one.recipient_id, Rest()).patience
        chases.append(Chase(notice=one, reminded=patience is None, due_at=now + (patience or LEAST)))
    _end_the_former(notices)
    Chase.objects.bulk_create(chases)


def _end_the_former(notices: Sequence[Notice]) -> None:
    """A person is followed up once about one thing: the latest word takes the place of the one before."""
    places = {(one.recipient_id, one.url) for one in notices}
    if not places:
        return
    readers, urls = {reader for reader, _url in places}, {url for _reader, url in places}
    rows = Chase.objects.filter(notice__recipient__in=readers, notice__url__in=urls)
    found = rows.values_list("pk", "notice__recipient", "notice__url")
    former = [pk for pk, reader, url in found if (reader, url) in places]
    if former:
        Chase.objects.filter(pk__in=former).delete()


@operation
def chase(*, actor: Actor) -> int:
    """Follow up what is due, some hundreds at once; return how many there were.

    Each is locked, moved on or ended in the same transaction, so that nobody is reminded twice, and two who
    follow up at once share the work.
    """
    rows = Chase.objects.due().select_for_update(of=("self",), skip_locked=True)
    found = list(rows.select_related("notice__recipient")[:AT_ONCE])
    still = open_of([one.notice for one in found])
    waiting = [one for one in found if one.notice_id in still and one.notice.recipient.is_active]
    remind([one.notice for one in waiting if not one.reminded])
    kept = _moved_on(actor, waiting)
    Chase.objects.bulk_update(kept, ["reminded", "due_at"])
    Chase.objects.filter(pk__in={one.pk for one in found} - {one.pk for one in kept}).delete()
    return len(found)


def _moved_on(actor: Actor, waiting: Iterable[Chase]) -> list[Chase]:
    """Have others told where it is time; return those that are looked at again later, and when."""
    by_act: dict[Act, list[Chase]] = defaultdict(list)
    for one in waiting:
        act = act_of(one.notice)
        if act is not None and act.passes_at and act.pass_on:
            by_act[act].append(one)
    kept, now = [], timezone.now()
    for act, chases in by_act.items():
        assert act.passes_at
        assert act.pass_on
        dues = {one: due_of(one.notice) for one in chases}
        times = act.passes_at(list(dues.values()))
        later = {one: _next(one, times[due], now) for one, due in dues.items() if due in times}
        act.pass_on(actor, [dues[one] for one, at in later.items() if at <= now])
        for one, at in later.items():
            if at > now:
                one.reminded, one.due_at = True, at
                kept.append(one)
    return kept


def _next(one: Chase, at: datetime, now: datetime) -> datetime:
    return at if one.reminded else max(at, now + LEAST)


def due_of(notice: Notice) -> Due:
    return Due(notice.recipient_id, notice.url)


def remind(notices: Sequence[Notice]) -> None:
    """Send each reader one letter with all that still waits, and a word to devices that have had none.

    It does not wait for the daily letter, but for the end of quiet hours. A way that somebody has switched off
    for a kind stays off.
    """
    readers = {one.recipient_id for one in notices}
    if not readers:
        return
    said = Preference.objects.filter(user__in=readers)
    off = {
        way: {(one.user_id, one.kind) for one in said if getattr(one, way) is False}
        for way in ("mail", "push")
    }
    rests = rests_of(readers)
    by_reader: dict[object, list[Notice]] = defaultdict(list)
    for one in notices:
        if (one.recipient_id, one.kind) not in off["mail"]:
            by_reader[one.recipient].append(one)
    letters, log = [], []
    for reader, theirs in by_reader.items():
        letter, lines = _letter(reader, theirs, rests.get(reader.pk))  # type: ignore[attr-defined]
        letters.append(letter)
        log += lines
    Delivery.objects.bulk_create(letters)
    pushed = set(Push.objects.filter(notice__in=notices).values_list("notice_id", flat=True))
    silent = [
        one for one in notices if one.pk not in pushed and (one.recipient_id, one.kind) not in off["push"]
    ]
    log += post_pushes_again(silent, devices_of(readers), rests)
    Telling.objects.bulk_create(log)
    carry_soon(*(one.pk for one in letters if one.due_at <= timezone.now()))


def _letter(reader: object, notices: list[Notice], rest: Rest | None) -> tuple[Delivery, list[Telling]]:
    now = timezone.now()
    zone: str = reader.time_zone  # type: ignore[attr-defined]
    letter = Delivery(
        to=reader.email,  # type: ignore[attr-defined]
        template=REMINDER,
        context={"user": str(reader.pk), "notices": [str(one.pk) for one in notices]},  # type: ignore[attr-defined]
        language=reader.language,  # type: ignore[attr-defined]
        time_zone=zone,
        due_at=earliest(now, rest.quiet if rest else None, zone),
    )
    held = {"outcome": Telling.Outcome.HELD, "why": "quiet", "until": letter.due_at}
    state = held if letter.due_at > now else {"outcome": Telling.Outcome.WAITING}
    way = Telling.Way.REMINDER
    return letter, [line(one, way, carrier_id=letter.pk, **state) for one in notices]
