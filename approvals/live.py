"""Which screens change: a request's own people, and the workspace where two sides decide. Keys only, no contents."""

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
    StepStalled,
    StepStarted,
    StepSteered,
    WithdrawalProposed,
)
from kernel.events import live
from realtime import publish, publish_to


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
    StepStarted,
    StepSteered,
    WithdrawalProposed,
)
def show(event: RequestEvent) -> None:
    changed = {"id": str(event.instance_id)}
    publish_to(event.shown_to or (), "approval.changed", changed)
    if event.shown_in:
        publish(f"workspace:{event.shown_in}", "approval.changed", changed)
