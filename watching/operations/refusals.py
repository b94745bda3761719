"""What outsiders were refused enters the record of whoever owns it."""

from uuid import UUID

from accounts.models import User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from watching.events import AccessRefused


@operation
def note_refusal(
    *,
    actor: Actor,
    person: User,
    organization_id: UUID,
    object_kind: str,
    object_id: UUID,
    status: int,
    company: str = "",
    times: int = 1,
) -> None:
    """Tell an organization that an outsider asked for something of its own and was refused.

    Args:
        times: how often since this was told before.

    Emits: AccessRefused.
    """
    require(actor, "watching.find")
    emit(
        AccessRefused(
            actor=Actor.system("watching"),
            org_ids=(organization_id,),
            organization_id=organization_id,
            user_id=person.pk,
            user_name=person.name,
            company=company,
            object_kind=object_kind,
            object_id=object_id,
            status=status,
            times=times,
        )
    )
