"""The clock's part in approvals: what is due is done, who has left is replaced, and each night what changed is held against its events."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from approvals.fold import faults
from approvals.models import Instance, InstanceEvent, Run, Timer
from approvals.operations import conclude, fire_timer, heed_partnerships, release_leaver
from approvals.queries import slots_of_leavers
from kernel.acting import current_actor

logger = logging.getLogger("collab.approvals")
BACK = timedelta(hours=26)
MOST = 500


@shared_task(acks_late=True)
def release_leavers(user_id: str | None = None, handover: str | None = None) -> None:
    """Look for people who are asked and no longer work there, or for one of them, each in a transaction of its own."""
    for slot in slots_of_leavers(user_id)[:MOST]:
        release.delay(str(slot.instance_id), str(slot.pk), handover)


@shared_task(acks_late=True)
def release(instance_id: str, assignment_id: str, handover: str | None = None) -> None:
    instance = Instance.objects.visible_to(current_actor()).filter(pk=instance_id).first()
    if instance is not None:
        release_leaver(
            actor=current_actor(), instance=instance, assignment=UUID(assignment_id),
            handover=UUID(handover) if handover else None,
        )  # fmt: skip


@shared_task(acks_late=True)
def heed_all(one_id: str, other_id: str) -> None:
    """Look at every request of one of the two in which the other's step is open."""
    pair = (one_id, other_id)
    runs = Run.objects.filter(
        type="party", state__in=Run.OPEN, party_org__in=pair, instance__acting_org__in=pair
    )
    for key in runs.values_list("instance", flat=True).distinct():
        heed.delay(str(key))


@shared_task(acks_late=True)
def heed(instance_id: str) -> None:
    instance = Instance.objects.visible_to(current_actor()).filter(pk=instance_id).first()
    if instance is not None:
        heed_partnerships(actor=current_actor(), instance=instance)


@shared_task(acks_late=True)
def conclude_amendment(instance_id: str) -> None:
    """Let a change or revocation that was approved take effect, in a transaction of its own."""
    rows = Instance.objects.visible_to(current_actor()).exclude(purpose="")
    amendment = rows.filter(pk=instance_id).first()
    if amendment is not None:
        conclude(actor=current_actor(), amendment=amendment)


@shared_task(acks_late=True)
def conclude_all() -> None:
    """Sweep up what a lost message has left behind: revocations whose object still stands."""
    rows = Instance.objects.visible_to(current_actor()).filter(
        purpose=Instance.Purpose.REVOKE, state="APPROVED", amends__state="APPROVED"
    )
    for key in rows.values_list("pk", flat=True)[:MOST]:
        conclude_amendment.delay(str(key))


@shared_task(acks_late=True)
def check_changed() -> None:
    """Look at every request that something happened to since yesterday."""
    since = timezone.now() - BACK
    changed = InstanceEvent.objects.filter(at__gte=since).values_list("instance", flat=True).distinct()
    for key in changed.iterator():
        check.delay(str(key))


@shared_task(acks_late=True)
def check(instance_id: str) -> None:
    """Hold one request's rows against its events; what does not agree is for the operators to look at."""
    rows = Instance.objects.visible_to(current_actor()).select_related("acting_org")
    instance = rows.filter(pk=instance_id).first()
    if instance is None:
        return
    found = faults(instance)
    if found:
        logger.error("request %s: %s do not agree with its events", instance.pk, ", ".join(found))


@shared_task(acks_late=True)
def fire_all() -> None:
    """Find the timers whose hour has come and hand them out, one task each."""
    due = Timer.objects.due().order_by("at").values_list("pk", flat=True)
    for key in due[:MOST]:
        fire.delay(str(key))


@shared_task(acks_late=True)
def fire(timer_id: str) -> None:
    """Do what one timer is for. Run twice, the second finds it done."""
    timer = Timer.objects.visible_to(current_actor()).select_related("run").filter(pk=timer_id).first()
    if timer is not None:
        fire_timer(actor=current_actor(), timer=timer)
