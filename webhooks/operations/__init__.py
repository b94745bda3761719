"""The verbs of webhooks."""

from webhooks.operations.deliveries import (
    Parcel,
    claim,
    forget_deliveries,
    note_answer,
    note_silence,
    owe_deliveries,
    repeat_delivery,
)
from webhooks.operations.hooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    pause_webhook,
    ping_webhook,
    resume_webhook,
    rotate_secret,
)

__all__ = [
    "Parcel",
    "change_webhook",
    "claim",
    "create_webhook",
    "delete_webhook",
    "forget_deliveries",
    "note_answer",
    "note_silence",
    "owe_deliveries",
    "pause_webhook",
    "ping_webhook",
    "repeat_delivery",
    "resume_webhook",
    "rotate_secret",
]
