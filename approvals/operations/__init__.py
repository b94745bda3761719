"""The verbs: define, ask, decide, ask others, return, take back, say, steer."""

from approvals.operations.aftermath import amend, conclude
from approvals.operations.calls import claim_call, note_call, take_callback
from approvals.operations.comments import comment
from approvals.operations.consent import answer_withdrawal, propose_withdrawal, replace_party
from approvals.operations.decisions import decide, withdraw
from approvals.operations.definitions import (
    adopt_pattern,
    adopt_starters,
    create_definition,
    delete_definition,
    draft_version,
    publish_definition,
    retire_definition,
)
from approvals.operations.delegations import delegate, end_delegation
from approvals.operations.edits import edit_fields
from approvals.operations.keys import draw_call_secret
from approvals.operations.leavers import hand_over_request, release_leaver
from approvals.operations.papers import make_paper
from approvals.operations.partners import heed_partnerships
from approvals.operations.patience import tell_who_steers
from approvals.operations.reminders import copy_to, note_copy_read, remind
from approvals.operations.requests import (
    change_draft,
    create_draft,
    discard_draft,
    start,
    submit,
    take_up_draft,
)
from approvals.operations.returns import resubmit, return_to
from approvals.operations.steering import reassign, resume, skip, terminate
from approvals.operations.subflows import (
    answer_subflow,
    begin_subflow,
    end_subflow,
    suspend_subflow,
)
from approvals.operations.timers import fire_timer
from approvals.operations.voices import (
    add_after,
    add_before,
    add_parallel,
    remove_added,
    retract,
    transfer,
)

__all__ = [
    "add_after",
    "add_before",
    "add_parallel",
    "adopt_pattern",
    "adopt_starters",
    "amend",
    "answer_subflow",
    "answer_withdrawal",
    "begin_subflow",
    "change_draft",
    "claim_call",
    "comment",
    "conclude",
    "copy_to",
    "create_definition",
    "create_draft",
    "decide",
    "delegate",
    "delete_definition",
    "discard_draft",
    "draft_version",
    "draw_call_secret",
    "edit_fields",
    "end_delegation",
    "end_subflow",
    "fire_timer",
    "hand_over_request",
    "heed_partnerships",
    "make_paper",
    "note_call",
    "note_copy_read",
    "propose_withdrawal",
    "publish_definition",
    "reassign",
    "release_leaver",
    "remind",
    "remove_added",
    "replace_party",
    "resubmit",
    "resume",
    "retire_definition",
    "retract",
    "return_to",
    "skip",
    "start",
    "submit",
    "suspend_subflow",
    "take_callback",
    "take_up_draft",
    "tell_who_steers",
    "terminate",
    "transfer",
    "withdraw",
]
