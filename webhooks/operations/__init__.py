"""The verbs of webhooks and streams."""

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
from webhooks.operations.streams import (
    Piece,
    ask_for_test,
    claim_piece,
    create_stream,
    delete_stream,
    make_test,
    note_arrived,
    note_lost,
    pause_stream,
    resume_stream,
)

__all__ = [
    "Parcel",
    "Piece",
    "ask_for_test",
    "change_webhook",
    "claim",
    "claim_piece",
    "create_stream",
    "create_webhook",
    "delete_stream",
    "delete_webhook",
    "forget_deliveries",
    "make_test",
    "note_answer",
    "note_arrived",
    "note_lost",
    "note_silence",
    "owe_deliveries",
    "pause_stream",
    "pause_webhook",
    "ping_webhook",
    "repeat_delivery",
    "resume_stream",
    "resume_webhook",
    "rotate_secret",
]
