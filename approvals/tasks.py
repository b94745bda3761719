"""The clock's part in approvals: what is due is done, who has left is replaced, and each night what changed is held against its events."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from approvals.fold import faults
from approvals.models import Instance, InstanceEvent, Run, Timer
from approvals.operations import (
    answer_subflow,
    begin_subflow,
    claim_call,
    conclude,
    end_subflow,
    fire_timer,
    hand_over_request,
    heed_partnerships,
    note_call,
    release_leaver,
    suspend_subflow,
)
from approvals.operations.files import forget_loose
from approvals.queries import requests_of_leavers, slots_of_leavers
from kernel.acting import current_actor
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.outgoing import Unreachable, send

logger = logging.getLogger("collab.approvals")
BACK = timedelta(hours=26)
MOST = 500


@shared_task(acks_late=True)
def forget_files() -> None:
    """Remove files that no form holds. Run twice, the second finds none."""
    while forget_loose(actor=Actor.system("approvals.clock")):
        pass


@shared_task(acks_late=True)
def release_leavers(user_id: str | None = None, handover: str | None = None) -> None:
    """Look for people who are asked or ask and no longer work there, or for one of them, each in a transaction of its own."""
    for slot in slots_of_leavers(user_id)[:MOST]:
        release.delay(str(slot.instance_id), str(slot.pk), handover)
    for key in requests_of_leavers(user_id).values_list("pk", flat=True)[:MOST]:
        hand_over.delay(str(key), handover)


@shared_task(acks_late=True)
def release(instance_id: str, assignment_id: str, handover: str | None = None) -> None:
    instance = Instance.objects.visible_to(current_actor()).filter(pk=instance_id).first()
    if instance is not None:
        release_leaver(
            actor=current_actor(), instance=instance, assignment=UUID(assignment_id),
            handover=UUID(handover) if handover else None,
        )  # fmt: skip


@shared_task(acks_late=True)
def hand_over(instance_id: str, handover: str | None = None) -> None:
    instance = Instance.objects.visible_to(current_actor()).filter(pk=instance_id).first()
    if instance is not None:
        heir = UUID(handover) if handover else None
        hand_over_request(actor=current_actor(), instance=instance, handover=heir)


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
def follow_all() -> None:
    """Sweep up what a lost message has left behind: requests that steps wait for, not begun, answered or ended."""
    waiting = Run.objects.filter(type="subflow", state=Run.State.ACTIVE)
    ready = waiting.filter(child=None) | waiting.exclude(child__state__in=Instance.OPEN)
    for key in ready.values_list("pk", flat=True)[:MOST]:
        follow.delay(str(key))
    rows = Instance.objects.visible_to(current_actor()).open().filter(parent_run__isnull=False)
    for key in rows.exclude(parent_run__state__in=Run.OPEN).values_list("parent_run", flat=True)[:MOST]:
        end_child.delay(str(key))


@shared_task(acks_late=True)
def follow(run_id: str) -> None:
    """See to the request that one step waits for: start it, or take its answer. Run twice, the second finds it done."""
    run = (
        Run.objects.select_related("instance__initiator", "instance__keeper", "instance__acting_org")
        .filter(pk=run_id)
        .first()
    )
    if run is None or run.state != Run.State.ACTIVE:
        return
    if "child" in run.tally:
        answer_subflow(actor=current_actor(), run=run)
        return
    who = Actor.person(run.instance.keeper or run.instance.initiator, run.instance.acting_org)
    try:
        begin_subflow(actor=who, run=run)
    except DomainError as why:
        logger.info("step %s: its request cannot be started: %s", run_id, why.code)
        suspend_subflow(actor=current_actor(), run=run)


@shared_task(acks_late=True)
def end_child(run_id: str) -> None:
    rows = Instance.objects.visible_to(current_actor()).select_related("parent_run")
    child = rows.filter(parent_run=run_id).first()
    if child is not None:
        end_subflow(actor=current_actor(), child=child)


@shared_task(acks_late=True)
def call_all() -> None:
    """Find the steps whose outside system is to be called now."""
    rows = Run.objects.filter(type="call", state=Run.State.ACTIVE).exclude(tally__has_key="called")
    due = rows.filter(Q(call=None) | Q(call__due_at__lte=timezone.now()))
    for key in due.values_list("pk", flat=True)[:MOST]:
        call.delay(str(key))


@shared_task(acks_late=True)
def call(run_id: str) -> None:
    """Call one outside system once, if it is still to be called. Run twice, the second finds it claimed or done."""
    run = Run.objects.filter(pk=run_id).first()
    parcel = claim_call(actor=current_actor(), run=run) if run else None
    if parcel is None:
        return
    try:
        answer = send(parcel.url, body=parcel.body, headers=parcel.headers)
    except Unreachable as failure:
        logger.info("step %s: %s", run_id, failure.code)
        note_call(actor=current_actor(), run=parcel.run, status=None, error=failure.code)
    else:
        note_call(actor=current_actor(), run=parcel.run, status=answer.status)


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
