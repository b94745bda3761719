"""The clock: what is late is told."""

from celery import shared_task

from incidents.models import Task
from incidents.operations import tell_overdue
from kernel.acting import current_actor

AT_ONCE = 500


@shared_task(acks_late=True)
def tell_all_overdue() -> None:
    """Find what is late and hand it out, one task each."""
    late = Task.objects.overdue().filter(told_at=None).exclude(incident__state="closed")
    for key in late.values_list("pk", flat=True)[:AT_ONCE]:
        tell_late.delay(str(key))


@shared_task(acks_late=True)
def tell_late(task_id: str) -> None:
    """Tell of one. Run twice, the second says nothing."""
    task = Task.objects.visible_to(current_actor()).filter(pk=task_id).first()
    if task is not None:
        tell_overdue(actor=current_actor(), task=task)
