"""Opening a room, and deciding how it works."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization
from workspaces import grants
from workspaces.clearances import is_lower
from workspaces.errors import NotArchived, WorkspaceArchived
from workspaces.events import WorkspaceArchived as Archived
from workspaces.events import WorkspaceChanged, WorkspaceOpened, WorkspaceRestored
from workspaces.models import Member, Participant, Workspace
from workspaces.operations.hats import in_room, locked
from workspaces.rules import STRICTER, said_by_host

CHANGING = ("name", "purpose", "classification")


@operation
def open_workspace(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    purpose: str = "",
    classification: str = Workspace.Classification.INTERNAL,
) -> Workspace:
    """Open a room in an organization; whoever opens it is its first manager.

    Emits: WorkspaceOpened.
    """
    require(actor, "workspaces.open", organization)
    workspace = Workspace(
        host=organization,
        name=tidy(name),
        purpose=purpose.strip(),
        classification=classification,
        opened_by=actor.user,
    )
    workspace.save(force_insert=True)
    Participant.objects.bulk_create(
        [
            Participant(
                workspace=workspace,
                organization=organization,
                state=Participant.State.ACTIVE,
                invited_by=actor.user,
                since=timezone.now(),
            )
        ]
    )
    seat = Member(
        workspace=workspace,
        user=actor.user,
        organization=organization,
        role=Member.Role.MANAGER,
        added_by=actor.user,
    )
    seat.save(force_insert=True)
    grants.write(seat)
    emit(WorkspaceOpened.of(workspace, actor.for_org(organization)))
    return workspace


@operation
def change_workspace(*, actor: Actor, workspace: Workspace, **changes: Any) -> Workspace:
    """Change any of name, purpose, classification, policy; what stays as it was leaves no trace.

    Raises:
        WorkspaceArchived: it must be restored first.
        NotAllowed: only an owner or admin of the host lowers the classification.
        InvalidInput: a policy looser than a participant's own.

    Emits: WorkspaceChanged, if something changed.
    """
    workspace = locked(workspace.pk)
    require(actor, "workspaces.change", workspace)
    workspace.check_open()
    policy = changes.pop("policy", {})
    before = {name: getattr(workspace, name) for name in CHANGING} | said_by_host(workspace)
    after = before | {name: value for name, value in changes.items() if name in CHANGING} | policy
    changed = {name: value for name, value in after.items() if value != before[name]}
    if not changed:
        return workspace
    if is_lower(after["classification"], workspace.classification):
        require(actor, "workspaces.lower_label", workspace)
    _check_policy(workspace, {name: changed[name] for name in STRICTER if name in changed})
    for name in CHANGING:
        setattr(workspace, name, after[name])
    workspace.policy = {name: after[name] for name in STRICTER}
    workspace.save(update_fields=[*CHANGING, "policy"])
    told = {"before": {name: before[name] for name in changed}, "after": changed}
    emit(WorkspaceChanged.of(workspace, in_room(actor, workspace), **told))
    return workspace


def _check_policy(workspace: Workspace, policy: dict[str, Any]) -> None:
    """The host loosens nothing that a participant holds tight."""
    own = workspace.participants.active().exclude(organization=workspace.host_id)
    for participant in own:
        for name, value in policy.items():
            theirs = participant.policy.get(name, value)
            if STRICTER[name](value, theirs) != value:
                sentence = _("A participating organization holds this tighter.")
                raise InvalidInput.at(f"/policy/{name}", "too_loose", sentence)


@operation
def archive_workspace(*, actor: Actor, workspace: Workspace) -> Workspace:
    """Put a room to rest: it can be read, nothing in it changes.

    Emits: WorkspaceArchived.
    """
    workspace = locked(workspace.pk)
    require(actor, "workspaces.change", workspace)
    if workspace.state == Workspace.State.ARCHIVED:
        raise WorkspaceArchived
    workspace.state = Workspace.State.ARCHIVED
    workspace.save(update_fields=["state"])
    emit(Archived.of(workspace, in_room(actor, workspace)))
    return workspace


@operation
def restore_workspace(*, actor: Actor, workspace: Workspace) -> Workspace:
    """Emits: WorkspaceRestored."""
    workspace = locked(workspace.pk)
    require(actor, "workspaces.change", workspace)
    if workspace.state != Workspace.State.ARCHIVED:
        raise NotArchived
    workspace.state = Workspace.State.ACTIVE
    workspace.save(update_fields=["state"])
    emit(WorkspaceRestored.of(workspace, in_room(actor, workspace)))
    return workspace
