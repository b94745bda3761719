"""The clock: seats whose time is over."""

from celery import shared_task

from kernel.acting import current_actor
from workspaces.models import Member
from workspaces.operations import expire_seat

AT_ONCE = 500


@shared_task(acks_late=True)
def expire_all() -> None:
    """Find what is due and hand it out, one task each."""
    for key in Member.objects.overdue().values_list("pk", flat=True)[:AT_ONCE]:
        expire.delay(str(key))


@shared_task(acks_late=True)
def expire(member_id: str) -> None:
    """Take one seat away. Run twice, the second finds none."""
    seat = Member.objects.visible_to(current_actor()).filter(pk=member_id).first()
    if seat is not None:
        expire_seat(actor=current_actor(), seat=seat)
