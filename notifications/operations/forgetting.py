"""What inboxes and letters let go of when somebody leaves the platform for good, or was never here."""

from uuid import UUID

from kernel.actor import Actor
from kernel.operations import operation
from kernel.rules import require
from notifications.models import Delivery, Device, Notice, Preference, Rest


@operation
def forget_notices(*, actor: Actor, user_id: UUID, address: str, name: str) -> None:
    """Empty a person's inbox and the letters to them, and put ``name`` where theirs stands in others'; no event, the erasure is one."""
    require(actor, "notifications.forget")
    Notice.objects.filter(recipient_id=user_id).delete()
    Delivery.objects.filter(to__iexact=address).delete()
    Preference.objects.filter(user_id=user_id).delete()
    Rest.objects.filter(user_id=user_id).delete()
    Device.objects.filter(user_id=user_id).delete()
    Notice.objects.filter(actor_id=user_id).update(actor_name=name)


@operation
def forget_letters(*, actor: Actor, address: str, template: str) -> None:
    """Let go of the letters of one kind to an address that may be nobody's here."""
    require(actor, "notifications.forget")
    Delivery.objects.filter(to__iexact=address, template=template).delete()
