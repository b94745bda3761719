"""The verbs about workspaces, the organizations in them and the people these seat."""

from workspaces.operations.endings import close_between, expire_seat, unseat
from workspaces.operations.holds import answer_hold, hold_person, lift_hold
from workspaces.operations.members import (
    add_contact,
    add_member,
    change_member,
    remove_member,
    seat_bot,
    unseat_bot,
)
from workspaces.operations.participants import (
    accept_participation,
    end_participation,
    invite_participant,
    set_participant_policy,
)
from workspaces.operations.rooms import (
    archive_workspace,
    change_workspace,
    open_workspace,
    restore_workspace,
)

__all__ = [
    "accept_participation",
    "add_contact",
    "add_member",
    "answer_hold",
    "archive_workspace",
    "change_member",
    "change_workspace",
    "close_between",
    "end_participation",
    "expire_seat",
    "hold_person",
    "invite_participant",
    "lift_hold",
    "open_workspace",
    "remove_member",
    "restore_workspace",
    "seat_bot",
    "set_participant_policy",
    "unseat",
    "unseat_bot",
]
