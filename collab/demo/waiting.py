"""What Nora has let wait: Southbay asked her into a room nine days ago, and she was reminded of it.

Rooms are opened today, as everything here. This one is moved back, before anybody has been in it, and the word to
Nora with it; the record is not, and tells when it really was. The rest is done by those who follow up everywhere.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Outbox
from collab.demo.world import World
from kernel.actor import Actor
from kernel.operations import operation
from notifications.models import Chase, Notice
from notifications.operations import chase, make_notices
from workspaces.events import ParticipantInvited
from workspaces.models import Member, Participant, Workspace

CLOCK = Actor.system("notifications.clock")
AGO = timedelta(days=9)


def build(world: World) -> None:
    invited = Participant.objects.filter(
        organization=world.orgs["northwind"],
        workspace__host=world.orgs["southbay"],
        state=Participant.State.INVITED,
        created_at__gt=timezone.now() - AGO,
    ).first()
    word = _word_about(invited) if invited else None
    if word is not None:
        let_invitation_wait(actor=CLOCK, invited=invited, word=word)


def _word_about(invited: Participant) -> Outbox | None:
    """Return what its readers have not been told yet; afterwards it is as it was."""
    rows = Outbox.objects.unsealed().filter(name=ParticipantInvited.name)
    return rows.filter(workspace_id=invited.workspace_id).first()


@operation
def let_invitation_wait(*, actor: Actor, invited: Participant, word: Outbox) -> None:
    """Move a room and its invitation back, tell who is asked, and remind them as if the time had passed."""
    room = invited.workspace_id
    _move(Workspace.objects.filter(pk=room))
    _move(Participant.objects.filter(workspace=room))
    _move(Member.objects.filter(workspace=room))
    make_notices(actor=actor, record=word.record())
    told = Notice.objects.filter(event_id=word.pk)
    _move(told, "at")
    _move(Chase.objects.filter(notice__in=told), "due_at")
    chase(actor=actor)


def _move(rows: QuerySet, *more: str) -> None:
    for row in rows:
        times: dict[str, datetime] = {name: getattr(row, name) - AGO for name in ("created_at", *more)}
        rows.model._base_manager.filter(pk=row.pk).update(**times)
