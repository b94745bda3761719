"""The verbs about bots."""

from bots.operations.bots import (
    change_bot,
    create_bot,
    end_bot,
    make_token,
    pause_bot,
    resume_bot,
)
from bots.operations.calls import (
    answer_call,
    call_bot,
    forget_calls,
    try_endpoint,
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
from bots.operations.skills import (
    add_skill,
    remove_endpoint,
    remove_skill,
    renew_endpoint_secret,
    set_endpoint,
)
from bots.operations.tellings import claim, note_told_bot

__all__ = [
    "add_skill",
    "answer_call",
    "call_bot",
    "change_bot",
    "claim",
    "close_inlet",
    "create_bot",
    "end_bot",
    "forget_calls",
    "let_in_again",
    "make_token",
    "note_refused",
    "note_told_bot",
    "open_inlet",
    "pause_bot",
    "pause_inlet",
    "refuse_bot",
    "remove_endpoint",
    "remove_skill",
    "renew_endpoint_secret",
    "renew_inlet",
    "resume_bot",
    "resume_inlet",
    "set_endpoint",
    "speak_through",
    "try_endpoint",
]
