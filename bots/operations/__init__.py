"""The verbs about bots."""

from bots.operations.bots import (
    change_bot,
    create_bot,
    end_bot,
    make_token,
    pause_bot,
    resume_bot,
)
from bots.operations.refusals import let_in_again, refuse_bot

__all__ = [
    "change_bot",
    "create_bot",
    "end_bot",
    "let_in_again",
    "make_token",
    "pause_bot",
    "refuse_bot",
    "resume_bot",
]
