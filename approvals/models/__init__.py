"""The nouns of an approval: what is defined, what is asked, who decides, what happened."""

from approvals.models.calls import Call, CallSecret
from approvals.models.definitions import Counter, Definition, Version
from approvals.models.delegations import Delegation
from approvals.models.files import FormFile
from approvals.models.grants import InstanceGrant
from approvals.models.instances import Instance, Party
from approvals.models.ledger import Comment, InstanceEvent
from approvals.models.papers import Paper
from approvals.models.seals import SealKey
from approvals.models.steps import Assignment, Run
from approvals.models.timers import Timer
from approvals.models.viewers import Acquaintance, Viewer

__all__ = [
    "Acquaintance",
    "Assignment",
    "Call",
    "CallSecret",
    "Comment",
    "Counter",
    "Definition",
    "Delegation",
    "FormFile",
    "Instance",
    "InstanceEvent",
    "InstanceGrant",
    "Paper",
    "Party",
    "Run",
    "SealKey",
    "Timer",
    "Version",
    "Viewer",
]
