"""The nouns of incidents."""

from incidents.models.incidents import LONGEST, Findings, Incident, Joined, Note, Pin, is_read_by
from incidents.models.reports import Report
from incidents.models.runbooks import Runbook, Step, Usual, steps_of, usual_steps
from incidents.models.shares import Share
from incidents.models.tasks import Task

__all__ = [
    "LONGEST",
    "Findings",
    "Incident",
    "Joined",
    "Note",
    "Pin",
    "Report",
    "Runbook",
    "Share",
    "Step",
    "Task",
    "Usual",
    "is_read_by",
    "steps_of",
    "usual_steps",
]
