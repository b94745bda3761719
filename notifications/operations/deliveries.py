"""Mail: written down in the transaction that owes it, carried by the queue, given up after eight tries."""

import logging
from collections import defaultdict
from collections.abc import Sequence
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
from kernel.notices import Due, duties
from kernel.operations import operation
from kernel.switches import MAIL, is_on
from notifications.models import Delivery, Notice, Rest

logger = logging.getLogger("collab.notifications")
MAX_ATTEMPTS = 8
LATER = timedelta(minutes=5)  # long enough to have read it in the product
MANY = 50  # that are handed over one by one: whoever waits for the commit waits for that too
NOTICE = "notifications/mail/notice"
DAILY = "notifications/mail/daily"


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


def post_notices(waiting: Sequence[Posted]) -> None:
    """Owe a mail for each; those for people who want one letter a day are put into that letter."""
    rests = {
        one.user_id: one for one in Rest.objects.filter(user__in={one.notice.recipient_id for one in waiting})
    }
    letters, daily = [], defaultdict(list)
    for one in waiting:
        rest = None if one.urgent else rests.get(one.notice.recipient_id)
        if rest is not None and rest.daily:
            daily[rest].append(one.notice)
        else:
            letters.append(_letter(one, rest))
    Delivery.objects.bulk_create(letters)
    for rest, notices in daily.items():
        _gather(rest, notices)
    carry_soon(*(letter.pk for letter in letters if letter.due_at <= timezone.now()))


def _letter(one: Posted, rest: Rest | None) -> Delivery:
    reader = one.notice.recipient
    ready = timezone.now() + (LATER if one.due.urgency == "later" else timedelta())
    return Delivery(
        notice=one.notice,
        to=reader.email,
        template=NOTICE,
        language=reader.language,
        time_zone=reader.time_zone,
        due_at=rest.leaves_at(ready, reader.time_zone) if rest else ready,
    )


def _gather(rest: Rest, notices: list[Notice]) -> None:
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


def gathered(letter: Delivery) -> list[Notice]:
    """Return what a daily letter still has to tell, the oldest first."""
    found = Notice.objects.filter(pk__in=letter.context.get("notices", ())).select_related("recipient")
    return [one for one in found.order_by("pk") if _is_wanted(one)]


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
        return _end(letter, Delivery.State.FAILED)  # type: ignore[func-returns-value]
    is_daily = letter.template == DAILY
    if (letter.notice is not None and not _is_wanted(letter.notice)) or (is_daily and not gathered(letter)):
        return _end(letter, Delivery.State.DROPPED)  # type: ignore[func-returns-value]
    letter.attempts += 1
    letter.due_at = timezone.now() + pause_after(letter.attempts)
    letter.save(update_fields=["attempts", "due_at"])
    return letter


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
        _end(letter, Delivery.State.FAILED)
    else:
        letter.save(update_fields=["error"])


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait: 30 s, 1 min, 2 min ... about half an hour in the end."""
    return timedelta(seconds=30 * 2 ** (attempts - 1))


def _end(letter: Delivery, state: str) -> None:
    letter.state, letter.context = state, {}
    letter.save(update_fields=["state", "context", "sent_at", "error"])


def _is_wanted(notice: Notice) -> bool:
    return not unwanted(notice)


def unwanted(notice: Notice) -> str:
    """Return why a word is not sent any more: the person has left, has read it, or may not know; "" if it is."""
    person, due = notice.recipient, Due(notice.recipient_id, notice.url)
    if not person.is_active:
        return "left"
    if notice.read_at is not None:
        return "read"
    asked = [
        duty.still_may for duty in duties(notice.event_name) if duty.kind == notice.kind and duty.still_may
    ]
    return "" if all(still_may(person, due) for still_may in asked) else "no_right"
