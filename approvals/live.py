"""Which screens change: a request's own people, the workspace where two sides decide, and whoever looks at it.

Keys only, no contents; and of what happens inside one organization not even that it happens.
"""

from uuid import UUID

from approvals.events import (
    CopySent,
    CrossingEnded,
    PartyAnswered,
    PartyAsked,
    PartyReplaced,
    RequestCommented,
    RequestDrafted,
    RequestEvent,
    RequestReminded,
    RequestReturned,
    RequestSettled,
    RequestSubmitted,
    RequestWithdrawn,
    StepDecided,
    StepDue,
    StepRested,
    StepStalled,
    StepStarted,
    StepSteered,
    StepWentOn,
    WithdrawalDropped,
    WithdrawalProposed,
    WithdrawalRefused,
)
from approvals.models import Instance
from approvals.sides import side_of
from kernel.actor import Actor
from kernel.events import live
from realtime import publish, publish_to
from realtime.topics import Standing, topic


def find(actor: Actor, instance_id: UUID) -> Standing | None:
    """Let in who sees the request for a side that takes part, to what that side may know of."""
    seen = Instance.objects.each_visible_to(actor).taking_part(actor).filter(pk=instance_id).first()
    return Standing(actor, within={str(side_of(actor, seen)): 0}) if seen else None


topic("approval", find=find)


@live(
    CopySent,
    CrossingEnded,
    PartyAnswered,
    PartyAsked,
    PartyReplaced,
    RequestCommented,
    RequestDrafted,
    RequestReminded,
    RequestReturned,
    RequestSettled,
    RequestSubmitted,
    RequestWithdrawn,
    StepDecided,
    StepDue,
    StepStalled,
    StepRested,
    StepStarted,
    StepSteered,
    StepWentOn,
    WithdrawalDropped,
    WithdrawalProposed,
    WithdrawalRefused,
)
def show(event: RequestEvent) -> None:
    changed = {"id": str(event.instance_id)}
    publish_to(event.shown_to or (), "approval.changed", changed)
    for side in event.org_ids:  # who steers it, stands in for somebody there, or was let in
        publish(f"approval:{event.instance_id}", "approval.changed", changed, about=str(side))
    if event.shown_in:
        publish(f"workspace:{event.shown_in}", "approval.changed", changed)


@live(RequestSettled, RequestWithdrawn)
def show_its_end(event: RequestEvent) -> None:
    """To all sides that take part, whoever of them was told of what came before."""
    publish(f"approval:{event.instance_id}", "approval.changed", {"id": str(event.instance_id)})
