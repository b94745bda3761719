"""The verbs of incidents."""

from incidents.operations.incidents import change_incident, move_incident, open_incident
from incidents.operations.joining import hold_concerned, join_thing, part_thing, write_note
from incidents.operations.pinning import pin_entry, unpin_entry
from incidents.operations.publishing import publish_report
from incidents.operations.runbooks import write_runbook
from incidents.operations.sharing import share_incident, unshare_between, unshare_incident
from incidents.operations.tasks import (
    add_task,
    change_task,
    give_task,
    hand_on_tasks,
    pass_tasks_on,
    remove_task,
    settle_task,
    tell_overdue,
)

__all__ = [
    "add_task",
    "change_incident",
    "change_task",
    "give_task",
    "hand_on_tasks",
    "hold_concerned",
    "join_thing",
    "move_incident",
    "open_incident",
    "part_thing",
    "pass_tasks_on",
    "pin_entry",
    "publish_report",
    "remove_task",
    "settle_task",
    "share_incident",
    "tell_overdue",
    "unpin_entry",
    "unshare_between",
    "unshare_incident",
    "write_note",
    "write_runbook",
]
