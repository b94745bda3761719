"""A request under its lock: what happens is recorded as an event, and only ``apply`` turns events into states.

An event holds every result that could have been otherwise (people, branches, numbers, times, keys), so that
reading the events of a request again, in order, leads to the same rows.
"""

from approvals.engine import meetings, nodes, splits, waits
from approvals.engine.apply import apply
from approvals.engine.back import go_back
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.facts import scope_of
from approvals.engine.flow import begin, close
from approvals.engine.sight import view_hash
from approvals.engine.turns import weigh
from approvals.engine.votes import outcome_of

__all__ = [
    "DIRECTORY",
    "Case",
    "apply",
    "begin",
    "close",
    "go_back",
    "meetings",
    "nodes",
    "outcome_of",
    "scope_of",
    "splits",
    "view_hash",
    "waits",
    "weigh",
]
