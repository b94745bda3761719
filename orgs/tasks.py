"""The clock: what has had its time ends, what is due begins."""

from celery import shared_task

from kernel.acting import current_actor
from orgs.models import Agreement, Contact, Invitation
from orgs.operations import begin_agreement, expire_agreement, expire_contact, expire_invitation

AT_ONCE = 500
VERBS = {
    "contact": (Contact, expire_contact),
    "invitation": (Invitation, expire_invitation),
    "agreement": (Agreement, expire_agreement),
    "beginning": (Agreement, begin_agreement),
}


@shared_task(acks_late=True)
def expire_all() -> None:
    """Find what is due and hand it out, one task each."""
    due = {
        "contact": Contact.objects.overdue(),
        "invitation": Invitation.objects.overdue(),
        "agreement": Agreement.objects.overdue(),
        "beginning": Agreement.objects.due(),
    }
    for kind, rows in due.items():
        for key in rows.values_list("pk", flat=True)[:AT_ONCE]:
            expire.delay(kind, str(key))


@shared_task(acks_late=True)
def expire(kind: str, key: str) -> None:
    """Move one on. Run twice, the second finds nothing to do."""
    model, verb = VERBS[kind]
    found = model._default_manager.visible_to(current_actor()).filter(pk=key).first()
    if found is not None:
        verb(actor=current_actor(), **{model._meta.model_name or "": found})
