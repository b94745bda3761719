"""Mail: written down in the transaction that owes it, carried by the queue, given up after eight tries."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from kernel.acting import database
from kernel.actor import Actor
from kernel.notices import Due
from kernel.operations import operation
from kernel.switches import MAIL, is_on
from notifications.models import Delivery, Notice, Rest, Telling
from notifications.operations.tellings import folded
from notifications.queries import known_of, open_of

logger = logging.getLogger("collab.notifications")
MAX_ATTEMPTS = 8
LATER = timedelta(minutes=5)  # long enough to have read it in the product
MANY = 50  # that are handed over one by one: whoever waits for the commit waits for that too
NOTICE = "notifications/mail/notice"
DAILY = "notifications/mail/daily"
REMINDER = "notifications/mail/reminder"
GATHERED = (DAILY, REMINDER)


@operation
def post_letter(
    *,
    actor: Actor,
    to: str,
    template: str,
    context: dict[str, Any],
    language: str = "",
    time_zone: str = "UTC",
) -> Delivery:
    """Owe a mail to an address, known here or not. It leaves after commit.

    Args:
        template: ``<app>/mail/<name>``; ``<name>_subject.txt`` and ``<name>.txt`` are rendered when it leaves.
        context: JSON; ``url``, a path on our pages, reaches the templates as a whole address, and is what
            the button named ``button`` opens.
        language: the reader's, if known; else the writer's.
    """
    letter = Delivery(
        to=to,
        template=template,
        context=context,
        language=language or get_language() or "en",
        time_zone=time_zone,
    )
    letter.save(force_insert=True)
    carry_soon(letter.pk)
    return letter


@dataclass(frozen=True)
class Posted:
    """A notice that goes by mail. What is urgent knows no quiet hours and waits for no daily letter."""

    notice: Notice
    due: Due
    urgent: bool


def rests_of(people: Iterable[UUID]) -> dict[UUID, Rest]:
    return {one.user_id: one for one in Rest.objects.filter(user__in=list(people))}


def post_notices(waiting: Sequence[Posted], rests: Mapping[UUID, Rest]) -> tuple[list[UUID], list[Telling]]:
    """Owe a mail for each; those for people who want one letter a day are put into that letter.

    Return the letters that quiet hours hold back, and the log of what is put into others.
    """
    letters, held, log, daily = [], [], [], defaultdict(list)
    for one in waiting:
        rest = None if one.urgent else rests.get(one.notice.recipient_id)
        if rest is not None and rest.daily:
            daily[rest].append(one.notice)
        else:
            letter, is_held = _letter(one, rest)
            letters.append(letter)
            held += [letter.pk] if is_held else []
    Delivery.objects.bulk_create(letters)
    for rest, notices in daily.items():
        gathering = _gather(rest, notices)
        log += [folded(one, gathering) for one in notices]
    carry_soon(*(letter.pk for letter in letters if letter.due_at <= timezone.now()))
    return held, log


def _letter(one: Posted, rest: Rest | None) -> tuple[Delivery, bool]:
    """Return a letter, and whether quiet hours hold it back."""
    reader = one.notice.recipient
    ready = timezone.now() + (LATER if one.due.urgency == "later" else timedelta())
    due_at = rest.leaves_at(ready, reader.time_zone) if rest else ready
    letter = Delivery(
        notice=one.notice,
        to=reader.email,
        template=NOTICE,
        language=reader.language,
        time_zone=reader.time_zone,
        due_at=due_at,
    )
    return letter, due_at > ready


def _gather(rest: Rest, notices: list[Notice]) -> Delivery:
    """Put notices into the letter that waits for this person's next morning, which is begun with the first of them."""
    reader = notices[0].recipient
    open_ones = Delivery.objects.filter(
        template=DAILY, to=reader.email, state=Delivery.State.WAITING, attempts=0
    )
    letter = open_ones.select_for_update().first() or Delivery(
        to=reader.email,
        template=DAILY,
        context={"user": str(reader.pk), "notices": []},
        language=reader.language,
        time_zone=reader.time_zone,
        due_at=rest.leaves_at(timezone.now(), reader.time_zone),
    )
    letter.context["notices"] += [str(one.pk) for one in notices]
    letter.save()
    return letter


def gathered(letter: Delivery) -> list[Notice]:
    """Return what a daily letter still has to tell, the oldest first."""
    return [one for one, why in _sorted_out(letter) if not why]


def _sorted_out(letter: Delivery) -> list[tuple[Notice, str]]:
    """Return what was put into a letter, and why any of it is not told any more; a reminder outlives the reading."""
    found = Notice.objects.filter(pk__in=letter.context.get("notices", ())).select_related("recipient")
    notices = list(found.order_by("pk"))
    known = known_of(notices)
    if letter.template == REMINDER:
        still = open_of(notices)
        return [
            (one, unwanted(one, known, seen=False) or ("" if one.pk in still else "done")) for one in notices
        ]
    return [(one, "folded" if one.is_covered else unwanted(one, known)) for one in notices]


def _drop_the_unwanted(letter: Delivery) -> bool:
    """Note in the log what a daily letter leaves out; tell whether anything is left of it."""
    told = _sorted_out(letter)
    for why in {why for _notice, why in told if why}:
        dropped = [one.pk for one, reason in told if reason == why]
        Telling.objects.of(letter.pk).filter(notice__in=dropped).open().end(Telling.Outcome.DROPPED, why)
    return any(not why for _notice, why in told)


def carry_soon(*delivery_ids: UUID) -> None:
    hand_over("notifications.tasks.deliver", [str(one) for one in delivery_ids])


def hand_over(task: str, ids: list[str]) -> None:
    """Have the queue carry them after commit; where it is away, or where they are many, they are found in the table."""

    def hand() -> None:
        calls = [(task, [one]) for one in ids] if len(ids) <= MANY else [(f"{task}_waiting", [])]
        try:
            for name, words in calls:
                current_app.send_task(name, words, retry=False, ignore_result=True)
        except Exception as error:
            logger.warning("the queue does not answer (%s); the clock will carry", type(error).__name__)

    if ids:
        transaction.on_commit(hand, using=database(), robust=True)


@operation
def claim(*, actor: Actor, delivery_id: UUID) -> Delivery | None:
    """Take a mail that is due, so that nobody else sends it meanwhile; None if there is nothing to send.

    While operators let no mail out, everything waits.

    The claim is a lease: whoever dies while sending leaves it due again later.
    """
    if not is_on(MAIL):
        return None
    waiting = Delivery.objects.due().filter(pk=delivery_id)
    letter = (
        waiting.select_for_update(of=("self",), skip_locked=True).select_related("notice__recipient").first()
    )
    if letter is None:
        return None
    if letter.attempts >= MAX_ATTEMPTS:
        return _end(letter, Delivery.State.FAILED, "mail")  # type: ignore[func-returns-value]
    reason = (unwanted(letter.notice) or _told_since(letter.notice)) if letter.notice is not None else ""
    if reason or (letter.template in GATHERED and not _drop_the_unwanted(letter)):
        return _end(letter, Delivery.State.DROPPED, reason)  # type: ignore[func-returns-value]
    letter.attempts += 1
    letter.due_at = timezone.now() + pause_after(letter.attempts)
    letter.save(update_fields=["attempts", "due_at"])
    return letter


def _told_since(notice: Notice) -> str:
    """Tell whether a letter about what it is folded with has left since, which told of it as well."""
    same = Notice.objects.with_fold_of(notice)
    sent = Delivery.objects.filter(notice__in=same, state=Delivery.State.SENT, sent_at__gte=notice.created_at)
    return "folded" if notice.fold and sent.exists() else ""


@operation
def note_sent(*, actor: Actor, letter: Delivery) -> None:
    letter.sent_at, letter.error = timezone.now(), ""
    _end(letter, Delivery.State.SENT)


@operation
def note_failure(*, actor: Actor, letter: Delivery, error: str) -> None:
    """Leave it for later, or give it up.

    Args:
        error: the class of what went wrong; its words may quote an address.
    """
    letter.error = error[:200]
    if letter.attempts >= MAX_ATTEMPTS:
        _end(letter, Delivery.State.FAILED, "mail")
    else:
        letter.save(update_fields=["error"])
        again = {"outcome": Telling.Outcome.WAITING, "why": "again", "until": letter.due_at}
        Telling.objects.of(letter.pk).open().update(**again)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait: 30 s, 1 min, 2 min ... about half an hour in the end."""
    return timedelta(seconds=30 * 2 ** (attempts - 1))


def _end(letter: Delivery, state: str, why: str = "") -> None:
    letter.state, letter.context = state, {}
    letter.save(update_fields=["state", "context", "sent_at", "error"])
    Telling.objects.of(letter.pk).open().end(state, why)


def unwanted(notice: Notice, known: Collection[UUID] | None = None, *, seen: bool = True) -> str:
    """Return why a word is not sent any more: the person has left, has read it, or may not know; "" if it is.

    What a newer one covers is told with that one's words, as long as that is unread.

    Args:
        known: the keys of notices that were found to be known of, where many are asked about.
        seen: whether it is enough that they have read it.
    """
    if not notice.recipient.is_active:
        return "left"
    if seen and notice.told_now().read_at is not None:
        return "read"
    return "" if notice.pk in (known_of([notice]) if known is None else known) else "no_right"
