"""What became of an incident. What is shared with a partner enters its record too; words that stay inside enter none."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from incidents.models import Incident, Joined, Share, Task
from kernel.actor import Actor
from kernel.events import Event
from orgs.models import Organization, role_in


def hat(actor: Actor, *organizations: Organization) -> Actor:
    """Return somebody under the hat of the first of these that they belong to."""
    return next((actor.for_org(one) for one in organizations if role_in(actor, one.pk)), actor)


@dataclass(frozen=True, kw_only=True)
class IncidentEvent(Event):
    incident_id: UUID
    organization_id: UUID
    organization_name: str
    title: str

    @classmethod
    def of(cls, incident: Incident, actor: Actor, *, beside: tuple[UUID, ...] = (), **facts: Any) -> Self:
        """Say it for whose incident it is, and for the partners ``beside``."""
        return cls(
            actor=actor if actor.sees_all else hat(actor, incident.organization),
            org_ids=(incident.organization_id, *beside),
            incident_id=incident.pk,
            organization_id=incident.organization_id,
            organization_name=incident.organization.name,
            title=incident.title,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("incident", self.incident_id, self.title)


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(IncidentEvent):
    name = "incidents.incident_opened"
    kind: str  # an Incident.Kind value
    severity: str


@dataclass(frozen=True, kw_only=True)
class IncidentChanged(IncidentEvent):
    name = "incidents.incident_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IncidentMoved(IncidentEvent):
    name = "incidents.incident_moved"
    before: str  # Incident.State values
    after: str


@dataclass(frozen=True, kw_only=True)
class JoinedEvent(IncidentEvent):
    personal = {"label": "person_id"}

    kind: str  # a Joined.Kind value
    object_id: UUID
    person_id: UUID | None
    label: str

    @classmethod
    def about(cls, joined: Joined, actor: Actor) -> Self:
        thing = joined.thing
        return cls.of(
            joined.incident,
            actor,
            kind=joined.kind,
            object_id=joined.object_id,
            person_id=joined.person_id or getattr(thing, "user_id", None),
            label=joined.label,
        )


@dataclass(frozen=True, kw_only=True)
class ThingJoined(JoinedEvent):
    name = "incidents.thing_joined"


@dataclass(frozen=True, kw_only=True)
class ThingParted(JoinedEvent):
    name = "incidents.thing_parted"


@dataclass(frozen=True, kw_only=True)
class NoteWritten(IncidentEvent):
    name = "incidents.note_written"
    note_id: UUID


@dataclass(frozen=True, kw_only=True)
class EntryPinned(IncidentEvent):
    name = "incidents.entry_pinned"
    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EntryUnpinned(IncidentEvent):
    name = "incidents.entry_unpinned"
    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class ShareEvent(IncidentEvent):
    """It stands in the record of both."""

    share_id: UUID
    partner_id: UUID
    partner_name: str

    @classmethod
    def about(cls, share: Share, actor: Actor) -> Self:
        said = {"share_id": share.pk, "partner_id": share.partner_id, "partner_name": share.partner.name}
        return cls.of(share.incident, actor, beside=(share.partner_id,), **said)


@dataclass(frozen=True, kw_only=True)
class IncidentShared(ShareEvent):
    name = "incidents.incident_shared"


@dataclass(frozen=True, kw_only=True)
class IncidentUnshared(ShareEvent):
    name = "incidents.incident_unshared"


@dataclass(frozen=True, kw_only=True)
class TaskEvent(IncidentEvent):
    """It stands in the record of whose incident it is, and of the partner that the task was given to."""

    personal = {"assignee_name": "assignee_id"}

    task_id: UUID
    task: str  # its title, or the name of a usual step
    side_id: UUID
    side_name: str
    assignee_id: UUID | None
    assignee_name: str

    @classmethod
    def about(cls, task: Task, actor: Actor, **facts: Any) -> Self:
        incident = task.incident
        return cls.of(
            incident,
            hat(actor, incident.organization, task.side),
            beside=(task.side_id,) if task.side_id != incident.organization_id else (),
            task_id=task.pk,
            task=task.title or task.usual,
            side_id=task.side_id,
            side_name=task.side.name,
            assignee_id=task.assignee_id,
            assignee_name=task.assignee.name if task.assignee else "",
            **facts,
        )


@dataclass(frozen=True, kw_only=True)
class TaskAdded(TaskEvent):
    name = "incidents.task_added"


@dataclass(frozen=True, kw_only=True)
class TaskChanged(TaskEvent):
    name = "incidents.task_changed"


@dataclass(frozen=True, kw_only=True)
class TaskGiven(TaskEvent):
    """Somebody, or some organization, is to do it from now on."""

    name = "incidents.task_given"


@dataclass(frozen=True, kw_only=True)
class TaskPassedOn(TaskEvent):
    """Who steers a side is told that one of its people has not done it. The side's own affair, whosever incident it is."""

    name = "incidents.task_passed_on"
    user_ids: tuple[UUID, ...]

    @classmethod
    def within(cls, task: Task, user_ids: tuple[UUID, ...]) -> Self:
        side = Actor.system("incidents").for_org(task.side)
        return replace(cls.about(task, side, user_ids=user_ids), actor=side, org_ids=(task.side_id,))


@dataclass(frozen=True, kw_only=True)
class TaskDone(TaskEvent):
    name = "incidents.task_done"


@dataclass(frozen=True, kw_only=True)
class TaskReopened(TaskEvent):
    name = "incidents.task_reopened"


@dataclass(frozen=True, kw_only=True)
class TaskRemoved(TaskEvent):
    name = "incidents.task_removed"


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(TaskEvent):
    name = "incidents.task_overdue"


@dataclass(frozen=True, kw_only=True)
class ReportPublished(IncidentEvent):
    name = "incidents.report_published"
    report_id: UUID
    version: int
    audience: str  # a Report.Audience value
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RunbookWritten(Event):
    name = "incidents.runbook_written"
    organization_id: UUID
    organization_name: str
    kind: str  # an Incident.Kind value
    steps: int

    @classmethod
    def about(cls, organization: Organization, actor: Actor, **facts: Any) -> Self:
        return cls(
            actor=hat(actor, organization),
            org_ids=(organization.pk,),
            organization_id=organization.pk,
            organization_name=organization.name,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("org", self.organization_id, self.organization_name)
