"""The verbs: define, ask, decide, take back, say."""

from approvals.operations.comments import comment
from approvals.operations.decisions import decide, withdraw
from approvals.operations.definitions import (
    adopt_starters,
    create_definition,
    draft_version,
    publish_definition,
)
from approvals.operations.patience import tell_who_steers
from approvals.operations.requests import change_draft, create_draft, start, submit

__all__ = [
    "adopt_starters",
    "change_draft",
    "comment",
    "create_definition",
    "create_draft",
    "decide",
    "draft_version",
    "publish_definition",
    "start",
    "submit",
    "tell_who_steers",
    "withdraw",
]
