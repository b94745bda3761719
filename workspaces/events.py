"""What happened in a workspace."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event, unrecorded
from orgs.models import role_in
from workspaces.models import Hold, Member, Participant, Workspace

Subject = tuple[str, UUID | None, str]


@dataclass(frozen=True, kw_only=True)
class WorkspaceEvent(Event):
    workspace_name: str

    @classmethod
    def of(cls, workspace: Workspace, actor: Actor, **facts: Any) -> Self:
        facts.setdefault("org_ids", (workspace.host_id,))
        return cls(actor=actor, workspace_id=workspace.pk, workspace_name=workspace.name, **facts)

    def subject(self) -> Subject:
        return ("workspace", self.workspace_id, self.workspace_name)


@dataclass(frozen=True, kw_only=True)
class WorkspaceOpened(WorkspaceEvent):
    name = "workspaces.workspace_opened"


@dataclass(frozen=True, kw_only=True)
class WorkspaceChanged(WorkspaceEvent):
    name = "workspaces.workspace_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class WorkspaceArchived(WorkspaceEvent):
    name = "workspaces.workspace_archived"


@dataclass(frozen=True, kw_only=True)
class WorkspaceRestored(WorkspaceEvent):
    name = "workspaces.workspace_restored"


@dataclass(frozen=True, kw_only=True)
class ParticipantEvent(WorkspaceEvent):
    """It enters the record of the room, of the host and of the organization it is about."""

    participant_id: UUID
    organization_id: UUID
    organization_name: str

    @classmethod
    def about(cls, participant: Participant, actor: Actor, **facts: Any) -> Self:
        workspace, organization = participant.workspace, participant.organization
        return cls.of(
            workspace,
            actor,
            org_ids=(workspace.host_id, organization.pk),
            participant_id=participant.pk,
            organization_id=organization.pk,
            organization_name=organization.name,
            **facts,
        )

    def subject(self) -> Subject:
        return ("participant", self.participant_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class ParticipantInvited(ParticipantEvent):
    name = "workspaces.participant_invited"


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(ParticipantEvent):
    name = "workspaces.participant_joined"


@dataclass(frozen=True, kw_only=True)
class ParticipantLeft(ParticipantEvent):
    """They went, declined, were asked to go, or the partnership ended; all their seats went with them."""

    name = "workspaces.participant_left"
    state: str  # left or removed
    user_ids: tuple[UUID, ...] = unrecorded()


@dataclass(frozen=True, kw_only=True)
class ParticipantPolicyChanged(ParticipantEvent):
    name = "workspaces.participant_policy_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MemberEvent(WorkspaceEvent):
    personal = {"subject": "user_id", "user_name": "user_id"}

    member_id: UUID
    user_id: UUID
    user_name: str
    organization_id: UUID
    organization_name: str
    external: bool

    @classmethod
    def about(cls, seat: Member, actor: Actor, **facts: Any) -> Self:
        return cls.of(
            seat.workspace,
            actor,
            org_ids=(seat.organization_id,),
            member_id=seat.pk,
            user_id=seat.user_id,
            user_name=seat.user.name,
            organization_id=seat.organization_id,
            organization_name=seat.organization.name,
            external=seat.is_external,
            **facts,
        )

    def subject(self) -> Subject:
        return ("person", self.user_id, self.user_name)


@dataclass(frozen=True, kw_only=True)
class MemberAdded(MemberEvent):
    name = "workspaces.member_added"
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberChanged(MemberEvent):
    name = "workspaces.member_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(MemberEvent):
    name = "workspaces.member_removed"


@dataclass(frozen=True, kw_only=True)
class HoldEvent(Event):
    """It stands in the record of the organization that holds, and of the one that the person acts for."""

    personal = {"subject": "user_id", "user_name": "user_id"}

    hold_id: UUID
    organization_id: UUID
    organization_name: str
    user_id: UUID
    user_name: str
    home_id: UUID | None
    rooms: tuple[UUID, ...] = unrecorded()

    @classmethod
    def of(cls, hold: Hold, actor: Actor, **facts: Any) -> Self:
        ours = role_in(actor, hold.organization_id) is not None
        return cls(
            actor=actor.for_org(hold.organization if ours else hold.home),
            org_ids=tuple(one for one in (hold.organization_id, hold.home_id) if one),
            hold_id=hold.pk,
            organization_id=hold.organization_id,
            organization_name=hold.organization.name,
            user_id=hold.user_id,
            user_name=hold.user.name,
            home_id=hold.home_id,
            **facts,
        )

    def subject(self) -> Subject:
        return ("person", self.user_id, self.user_name)


@dataclass(frozen=True, kw_only=True)
class PersonHeld(HoldEvent):
    name = "workspaces.person_held"


@dataclass(frozen=True, kw_only=True)
class PersonReleased(HoldEvent):
    name = "workspaces.person_released"


@dataclass(frozen=True, kw_only=True)
class HoldAnswered(HoldEvent):
    name = "workspaces.hold_answered"
