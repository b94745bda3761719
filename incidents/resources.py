"""An incident as programs see it: all of it inside, the head and what is meant for them to those it is shared with."""

from typing import Any

from django.db.models import Count, Q

from incidents.models import Incident, Share, Task

INCIDENTS = Incident.objects.select_related("organization")
TASKS = Task.objects.select_related("organization", "side", "assignee", "done_by", "incident__organization")
SHARES = Share.objects.select_related("organization", "partner", "shared_by", "incident")


def listed(rows: Any) -> Any:
    """Return the rows of a list, each with how many tasks are open; only of incidents one reads the inside of."""
    return rows.annotate(tasks_open=Count("tasks", filter=Q(tasks__done_at=None)))
