"""Inspections end by themselves, and whom operators invited is forgotten."""

from celery import shared_task

from kernel.acting import current_actor
from oversight.models import Inspection
from oversight.operations import expire_inspection, forget_ended_offers


@shared_task(acks_late=True)
def expire_all() -> None:
    for key in Inspection.objects.overdue().values_list("pk", flat=True):
        expire.delay(str(key))


@shared_task(acks_late=True)
def expire(inspection_id: str) -> None:
    inspection = Inspection.objects.filter(pk=inspection_id).first()
    if inspection is not None:
        expire_inspection(actor=current_actor(), inspection=inspection)


@shared_task(acks_late=True)
def forget() -> None:
    while forget_ended_offers(actor=current_actor()):
        pass
