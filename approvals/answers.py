"""The link in a letter by which its reader decides: sealed for one person and one slot, for three days, to be used once."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from accounts.factors import factors_of
from accounts.models import User
from approvals.models import Assignment, Instance, InstanceEvent
from approvals.queries import waiting_for
from kernel.acting import acting
from kernel.actor import Actor
from orgs.models import Organization

SALT = "approvals.answer"
LASTS_SECONDS = 72 * 3600


class LinkSpent(Exception):
    """It is too old, was used, or its reader has signed out everywhere since."""


@dataclass(frozen=True)
class Answer:
    """Who may decide by a link, in which slot, having read which revision of the form."""

    actor: Actor
    slot: Assignment
    form_rev: int

    @property
    def instance(self) -> Instance:
        return self.slot.instance


def address_for(user_id: UUID, url: str) -> str | None:
    """Return where the reader of a letter about the request at ``url`` decides, if it waits for them.

    Whoever has a second factor signs in to decide: who holds their mail alone is not they.
    """
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or factors_of(person).exists():
        return None
    instance_id = url.rstrip("/").rpartition("/")[2]
    slot = (
        Assignment.objects.waiting().filter(principal=person, instance=instance_id).select_related("instance")
    )
    found = slot.order_by("pk").first()
    if found is None:
        return None
    said = [str(found.pk), str(person.pk), found.instance.form_rev, person.auth_epoch]
    return reverse("approval_answer", args=[signing.dumps(said, salt=SALT, compress=True)])


def answer_of(token: str) -> Answer:
    """Return what a link opens.

    Raises:
        BadSignature: it is none of ours.
        LinkSpent: it opens nothing any more.
    """
    try:
        slot_id, user_id, form_rev, epoch = signing.loads(token, salt=SALT, max_age=LASTS_SECONDS)
    except signing.SignatureExpired:
        raise LinkSpent from None
    with acting(Actor.system("approvals.answers")):
        person = User.objects.filter(pk=user_id, is_active=True, auth_epoch=epoch).first()
        slot = Assignment.objects.select_related("run").filter(pk=slot_id).first()
        if person is None or slot is None or factors_of(person).exists() or _is_used(slot):
            raise LinkSpent
        org = Organization.objects.get(pk=slot.run.party_org_id)
    actor = Actor.person(person).for_org(org)
    with acting(actor):
        waiting = waiting_for(actor).filter(pk=slot.pk, principal=person)
        found = waiting.select_related(
            "run", "instance__definition", "instance__version", "instance__initiator"
        ).first()
    if found is None:
        raise LinkSpent
    return Answer(actor, found, form_rev)


def _is_used(slot: Assignment) -> bool:
    """Somebody has decided there before, even if they took it back: then it is decided on the page."""
    rows = InstanceEvent.objects.filter(instance=slot.instance_id, type="decided")
    return rows.filter(payload__assignment=str(slot.pk)).exists()
