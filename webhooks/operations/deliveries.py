"""From a sealed event to the addresses that are told of it, try after try, until it has arrived or is given up."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder

from accounts.signing import signed_headers
from audit.models import Outbox
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import Record, emit
from kernel.memory import remembered
from kernel.operations import operation
from kernel.outgoing import Answer, Unreachable
from kernel.prepared import Prepared, among
from kernel.rules import require
from webhooks.catalogue import drawn, told_of
from webhooks.errors import DeliveryUnderWay, DeliveryWithheld
from webhooks.events import DeliveryRepeated, WebhookCreated, WebhookDisabled
from webhooks.formats import ROBOTS, put
from webhooks.models import REFUSED, Delivery, Webhook
from webhooks.resources import Shown
from webhooks.words import word_of
from workspaces.models import Participant

logger = logging.getLogger("collab.webhooks")
LEASE = timedelta(seconds=60)  # well above what one try takes
MINUTE = timedelta(minutes=1)
KEPT_OF_ANSWER = 2048  # bytes
KEPT_FOR = timedelta(days=30)
GONE = 410


@dataclass(frozen=True)
class Parcel:
    """What leaves: claimed, drawn and signed."""

    delivery: Delivery
    url: str
    body: bytes
    headers: dict[str, str]


@operation
def owe_deliveries(*, actor: Actor, records: Sequence[Record]) -> list[Delivery]:
    """Owe what happened to every webhook that asked for it and whose organization may know of it.

    A record that is read twice owes nothing more.
    """
    owed = [delivery for record in records for delivery in _owed(record)]
    if owed:
        Delivery.objects.bulk_create(owed, ignore_conflicts=True)
    for delivery in owed:
        carry_soon(delivery.pk)
    return owed


def _owed(record: Record) -> Iterator[Delivery]:
    found = told_of(record)
    if found is None:
        return
    told, about_id = found
    for webhook in _hearers(record, told.name):
        if _is_for(webhook, drawn(told.name, about_id, webhook.organization)):
            yield Delivery(
                webhook=webhook,
                organization=webhook.organization,
                event=told.name,
                event_id=record.id,
                about_id=about_id,
                happened_at=record.at,
            )


def _hearers(record: Record, event: str) -> Iterable[Webhook]:
    """Return the webhooks of organizations in whose own record, or in whose shared one, the fact stands.

    One that was not there yet when it happened is not told of it.
    """
    own = tuple(one for one in (record.org_id, *record.org_ids) if one)
    found = _hearing(event, own, record.workspace_id)
    return (one for one in found if one.created_at <= record.at or _is_known(one))


@remembered
def _hearing(event: str, own: tuple[UUID, ...], workspace_id: UUID | None) -> list[Webhook]:
    return HEARERS.all(event=event, own=list(own), workspace=workspace_id or NOWHERE)


def _is_known(webhook: Webhook) -> bool:
    """Tell whether the fact that it was made has been read already: what is read later happened later, though a clock
    that was set back meanwhile says otherwise."""
    made = Outbox.objects.filter(name=WebhookCreated.name, subject_id=webhook.pk)
    return not made.exists()


# Asked for every fact that anybody could be told of, and mostly answered with nobody.
HEARERS = Prepared(
    lambda event, own, workspace: (
        Webhook.objects.hearing(event)
        .filter(
            Q(organization__in=among(own))
            | Q(
                organization__in=Participant.objects.active()
                .filter(workspace=workspace)
                .values("organization_id")
            )
        )
        .select_related("organization")
    ),
    event=str,
    own=list,
    workspace=UUID,
)
NOWHERE = UUID(int=0)


def _is_for(webhook: Webhook, shown: Shown | None) -> bool:
    return shown is not None and webhook.workspace_id in (None, shown.workspace_id)


@operation
def claim(*, actor: Actor, delivery_id: UUID) -> Parcel | None:
    """Take a delivery that is due, as its organization may see what it is about now; None if nothing is to be sent.

    The claim is a lease: whoever dies while sending leaves it due again a minute later.
    """
    _hold_robot(delivery_id)
    rows = Delivery.objects.due().filter(pk=delivery_id).select_related("webhook", "organization")
    delivery = rows.select_for_update(of=("self",), skip_locked=True).first()
    if delivery is None:
        return None
    now, webhook = timezone.now(), delivery.webhook
    rests_until = webhook.rests_until or _full_until(webhook, now)
    if rests_until and rests_until > now:
        delivery.due_at = rests_until
        delivery.save(update_fields=["due_at"])
        return None
    shown = drawn(delivery.event, delivery.about_id, delivery.organization)
    if shown is None:
        delivery.state = Delivery.State.WITHHELD
        delivery.save(update_fields=["state"])
        return None
    delivery.attempts += 1
    delivery.tried_at, delivery.due_at = now, now + LEASE
    delivery.save(update_fields=["attempts", "tried_at", "due_at"])
    return _parcel(delivery, shown)


def _hold_robot(delivery_id: UUID) -> None:
    """Let one after the other count what a robot was told, which takes only so much in a minute."""
    robots = Webhook.objects.exclude(format=Webhook.Format.STANDARD).filter(deliveries=delivery_id)
    robots.select_for_update(of=("self",), no_key=True).first()


def _full_until(webhook: Webhook, now: datetime) -> datetime | None:
    """Return when a robot can be told again that has heard all that it takes in a minute."""
    if not webhook.is_robot:
        return None
    told = webhook.deliveries.filter(tried_at__gt=now - MINUTE).order_by("-tried_at")
    most = ROBOTS[webhook.format].per_minute
    first = told.values_list("tried_at", flat=True)[most - 1 : most].first()
    return first + MINUTE if first else None


def _parcel(delivery: Delivery, shown: Shown) -> Parcel:
    organization, webhook = delivery.organization, delivery.webhook
    if webhook.is_robot:
        word = word_of(delivery.event, shown, organization.name, webhook.language)
        robot, now = ROBOTS[webhook.format], timezone.now().timestamp()
        url, body = put(robot, word, webhook.url, webhook.robots_secret(), now)
        return Parcel(delivery, url, body, {"Content-Type": "application/json; charset=utf-8"})
    said = {
        "type": delivery.event,
        "timestamp": delivery.happened_at,
        "org": {"id": organization.pk, "name": organization.name},
        "workspace": shown.workspace_id,
        "data": shown.resource,
    }
    body = json.dumps(said, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(timezone.now().timestamp())
    signed = signed_headers(webhook.secrets(), delivery.message_id, timestamp, body)
    return Parcel(delivery, webhook.url, body, {"Content-Type": "application/json", **signed})


@operation
def note_answer(*, actor: Actor, delivery: Delivery, answer: Answer) -> Delivery:
    """Keep what the host said; a good answer is the end, any other one a failure.

    Emits: WebhookDisabled, where that was once too often.
    """
    delivery.status = answer.status
    delivery.duration_ms = int(answer.seconds * 1000)
    delivery.answer = answer.body[:KEPT_OF_ANSWER].decode(errors="replace").replace("\x00", "�")
    is_good = answer.is_good
    if delivery.webhook.is_robot:
        is_good = ROBOTS[delivery.webhook.format].is_good(answer)
    delivery.error = REFUSED if answer.is_good and not is_good else ""
    return _settled(actor, delivery, is_good=is_good, is_gone=answer.status == GONE)


@operation
def note_silence(*, actor: Actor, delivery: Delivery, failure: Unreachable) -> Delivery:
    """Keep that there was no answer, and why.

    Emits: WebhookDisabled, where that was once too often.
    """
    delivery.status, delivery.duration_ms, delivery.answer = None, None, ""
    delivery.error = failure.code
    return _settled(actor, delivery, is_good=False, is_gone=False)


def _settled(actor: Actor, delivery: Delivery, *, is_good: bool, is_gone: bool) -> Delivery:
    webhook = (
        Webhook.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=delivery.webhook_id)
        .first()
    )
    if webhook is None:
        return delivery  # deleted while it was called, and the log with it
    was_well, was_on = webhook.failing_since is None, webhook.state != Webhook.State.DISABLED
    if is_good:
        delivery.state = Delivery.State.DELIVERED
        webhook.forget_failures()
    else:
        webhook.note_failure(is_gone=is_gone)
        _put_off(delivery, webhook)
    delivery.save(update_fields=["state", "due_at", "status", "duration_ms", "answer", "error"])
    if not (is_good and was_well):
        webhook.save(update_fields=["state", "reason", "failing_since", "failures", "rests_until"])
    if was_on and webhook.state == Webhook.State.DISABLED:
        webhook.deliveries.filter(state=Delivery.State.WAITING).update(state=Delivery.State.FAILED)
        emit(WebhookDisabled.of(webhook, actor, reason=webhook.reason))
    return delivery


def _put_off(delivery: Delivery, webhook: Webhook) -> None:
    """Leave it for its next try; give it up after the last one, or where nothing is told any more."""
    pause = delivery.pause()
    if pause is None or webhook.state == Webhook.State.DISABLED:
        delivery.state = Delivery.State.FAILED
    else:
        delivery.due_at = timezone.now() + pause


@operation
def repeat_delivery(*, actor: Actor, delivery: Delivery) -> Delivery:
    """Tell an event once more, under the id by which the receiver knows it.

    Raises:
        WebhookRests: the webhook is paused or turned off.
        DeliveryUnderWay: it waits for its next try anyway.
        DeliveryWithheld: the organization may not see any more what it was about.

    Emits: DeliveryRepeated.
    """
    delivery = Delivery.objects.select_related("webhook__organization").get(pk=delivery.pk)
    webhook = delivery.webhook
    require(actor, "webhooks.manage", webhook)
    webhook.check_active()
    if delivery.is_waiting:
        raise DeliveryUnderWay
    if delivery.state == Delivery.State.WITHHELD:
        raise DeliveryWithheld
    again = Delivery(
        webhook=webhook,
        organization=webhook.organization,
        event=delivery.event,
        event_id=delivery.event_id,
        about_id=delivery.about_id,
        happened_at=delivery.happened_at,
        is_again=True,
    )
    again.save(force_insert=True)
    emit(DeliveryRepeated.about(again, actor))
    carry_soon(again.pk)
    return again


@operation
def forget_deliveries(*, actor: Actor) -> int:
    """Forget what was settled a month ago; return how many."""
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.exclude(state=Delivery.State.WAITING).delete()[0]


def carry_soon(delivery_id: UUID) -> None:
    transaction.on_commit(lambda: _carry(str(delivery_id)), using=database(), robust=True)


def _carry(delivery_id: str) -> None:
    """Hand it to the queue; where the queue is away, the clock finds it in the table."""
    try:
        current_app.send_task("webhooks.tasks.deliver", [delivery_id], retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("the queue does not answer (%s); the clock will deliver", type(error).__name__)
