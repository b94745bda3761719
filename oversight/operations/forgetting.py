"""Whom operators invited is forgotten: with the person, or a month after the invitation has ended."""

from collections.abc import Collection
from uuid import UUID

from audit.operations import forget_people
from kernel.actor import Actor
from kernel.operations import operation
from kernel.rules import require
from notifications.operations import forget_letters
from oversight.models import OperatorInvitation

LETTER = "oversight/mail/operator"
AT_ONCE = 500


@operation
def forget_offers_to(*, actor: Actor, address: str) -> list[UUID]:
    """Forget all offers to somebody who leaves for good; return the ids by which the record knows of them."""
    require(actor, "oversight.forget")
    return _forget(actor, OperatorInvitation.objects.filter(email__iexact=address).values_list("pk", "email"))


@operation
def forget_ended_offers(*, actor: Actor) -> int:
    """Forget offers that ended long ago, and have the record forget to whom they were; return how many."""
    require(actor, "oversight.forget")
    ended = OperatorInvitation.objects.outdated().order_by("pk").select_for_update(skip_locked=True)
    found = _forget(actor, ended.values_list("pk", "email")[:AT_ONCE])
    if found:
        forget_people(actor=actor, people=found)
    return len(found)


def _forget(actor: Actor, offers: Collection[tuple[UUID, str]]) -> list[UUID]:
    found = dict(offers)
    for address in set(found.values()):
        forget_letters(actor=actor, address=address, template=LETTER)
    OperatorInvitation.objects.filter(pk__in=found).delete()
    return list(found)
