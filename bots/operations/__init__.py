"""The verbs about bots."""

from bots.operations.bots import (
    change_bot,
    create_bot,
    end_bot,
    make_token,
    pause_bot,
    resume_bot,
)
from bots.operations.inlets import (
    close_inlet,
    note_refused,
    open_inlet,
    pause_inlet,
    renew_inlet,
    resume_inlet,
    speak_through,
)
from bots.operations.refusals import let_in_again, refuse_bot

__all__ = [
    "change_bot",
    "close_inlet",
    "create_bot",
    "end_bot",
    "let_in_again",
    "make_token",
    "note_refused",
    "open_inlet",
    "pause_bot",
    "pause_inlet",
    "refuse_bot",
    "renew_inlet",
    "resume_bot",
    "resume_inlet",
    "speak_through",
]
