"""Which screens change: a request's own people, the workspace where two sides decide, and of its end all who see it.

Keys only, no contents.
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
from kernel.actor import Actor
from kernel.events import live
from realtime import publish, publish_to
from realtime.topics import Standing, topic


def find(actor: Actor, instance_id: UUID) -> Standing | None:
    """Let in who sees the request for a side that takes part; what is told there each of these may know."""
    seen = Instance.objects.each_visible_to(actor).taking_part(actor).filter(pk=instance_id).exists()
    return Standing(actor) if seen else None


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
    if event.shown_in:
        publish(f"workspace:{event.shown_in}", "approval.changed", changed)


@live(RequestSettled, RequestWithdrawn)
def show_its_end(event: RequestEvent) -> None:
    """Also to whoever was asked for nothing: who steers a side, stands in for somebody, or was let in."""
    publish(f"approval:{event.instance_id}", "approval.changed", {"id": str(event.instance_id)})
