"""The socket door: who may listen to a workspace, and what moves on its screens."""

from uuid import UUID

from kernel.actor import Actor
from kernel.events import live
from realtime import publish, recheck
from realtime.topics import Standing, topic
from workspaces.events import (
    HoldEvent,
    MemberAdded,
    MemberChanged,
    MemberEvent,
    MemberRemoved,
    ParticipantEvent,
    ParticipantInvited,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPolicyChanged,
    PersonHeld,
    PersonReleased,
    WorkspaceArchived,
    WorkspaceChanged,
    WorkspaceEvent,
    WorkspaceRestored,
)
from workspaces.models import Workspace, seated


def find(actor: Actor, workspace_id: UUID) -> Standing | None:
    if not Workspace.objects.visible_to(actor).filter(pk=workspace_id).exists():
        return None
    return Standing(seated(actor, workspace_id))


topic("workspace", find=find)


@live(WorkspaceChanged, WorkspaceArchived, WorkspaceRestored)
def workspace_changed(event: WorkspaceEvent) -> None:
    publish(f"workspace:{event.workspace_id}", "workspace.changed", {"id": str(event.workspace_id)})


@live(ParticipantInvited, ParticipantJoined, ParticipantPolicyChanged, ParticipantLeft)
def participants_changed(event: ParticipantEvent) -> None:
    said = {"participant": str(event.participant_id)}
    publish(f"workspace:{event.workspace_id}", "member.changed", said)


@live(MemberAdded, MemberChanged, MemberRemoved)
def members_changed(event: MemberEvent) -> None:
    said = {"member": str(event.member_id)}
    publish(f"workspace:{event.workspace_id}", "member.changed", said)
    publish(f"me:{event.user_id}", "member.changed", said)


@live(MemberRemoved, MemberChanged)
def look_again(event: MemberEvent) -> None:
    recheck(event.user_id)


@live(ParticipantLeft)
def look_again_at_all(event: ParticipantLeft) -> None:
    for user_id in event.user_ids or ():
        recheck(user_id)


@live(PersonHeld, PersonReleased)
def look_again_while_held(event: HoldEvent) -> None:
    """Sockets of theirs that stood on a seat here end at once; other screens of these rooms learn that it has changed."""
    recheck(event.user_id)
    for room in event.rooms or ():
        publish(f"workspace:{room}", "workspace.changed", {"id": str(room)})
