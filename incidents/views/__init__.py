"""The pages of incidents."""

from incidents.views.incidents import description, incident, incident_new, incidents, state, table
from incidents.views.parts import about, about_removal, holds, notes, share_ending, shares
from incidents.views.reports import report, reports, timeline_json, timeline_table
from incidents.views.runbooks import runbook, runbooks
from incidents.views.tasks import assignment, completion, reopening, task, task_removal, tasks
from incidents.views.timeline import pin, pin_removal, timeline

__all__ = [
    "about",
    "about_removal",
    "assignment",
    "completion",
    "description",
    "holds",
    "incident",
    "incident_new",
    "incidents",
    "notes",
    "pin",
    "pin_removal",
    "reopening",
    "report",
    "reports",
    "runbook",
    "runbooks",
    "share_ending",
    "shares",
    "state",
    "table",
    "task",
    "task_removal",
    "tasks",
    "timeline",
    "timeline_json",
    "timeline_table",
]
