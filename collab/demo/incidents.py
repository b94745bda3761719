"""A drawing that went to the wrong recipient: Northwind's incident, contained, and Southbay let in on it."""

from datetime import timedelta

from django.utils import timezone

from collab.demo.world import World
from incidents.models import Incident
from incidents.operations import (
    change_incident,
    give_task,
    move_incident,
    open_incident,
    settle_task,
    share_incident,
    write_note,
)

TITLE = "Drawing of the housing sent to the wrong address"


def build(world: World) -> None:
    north, south = world.orgs["northwind"], world.orgs["southbay"]
    if Incident.objects.filter(organization=north, title=TITLE).exists():
        return
    nora, sol = world.as_("nora", "northwind"), world.as_("sol", "southbay")
    incident = open_incident(
        actor=nora,
        organization=north,
        title=TITLE,
        kind="misdirected",
        severity="medium",
        what="Nils answered the wrong Li: the drawing went to a dealer that is no part of Apollo.",
        begins_at=timezone.now() - timedelta(hours=3),
        about=[world.workspaces["apollo"], south],
    )
    share_incident(actor=nora, incident=incident, partner=south)
    tasks = {task.usual: task for task in incident.tasks.all()}
    settle_task(actor=nora, task=tasks["contain"], is_done=True, note="The link in the mail is dead.")
    settle_task(
        actor=nora, task=tasks["recall"], is_done=True, note="The dealer has deleted it and written so."
    )
    give_task(actor=nora, task=tasks["review"], assignee=world.people["nils"])
    give_task(actor=nora, task=tasks["tell_people"], side=south, assignee=world.people["sol"])
    settle_task(actor=sol, task=tasks["tell_people"], is_done=True, note="Our engineers know.")
    write_note(actor=nora, incident=incident, text="The dealer's manager called back: nobody had opened it.")
    change_incident(
        actor=nora, incident=incident, impact="One drawing, seen by nobody outside as far as known."
    )
    move_incident(actor=nora, incident=incident, state="contained")
