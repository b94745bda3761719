"""Under which hat somebody acts in a workspace."""

from uuid import UUID

from kernel.actor import Actor
from orgs.models import Organization
from orgs.operations.hats import under
from workspaces.models import Workspace, seated


def in_room(actor: Actor, workspace: Workspace) -> Actor:
    """Return the actor under the hat of their seat; without one, under that of the host they belong to."""
    found = seated(actor, workspace.pk)
    return found if found is not actor else under(actor, workspace.host)


def for_side(actor: Actor, organization: Organization) -> Actor:
    """Return the actor acting for the organization whose side of the room this is about."""
    return under(actor, organization)


def locked(workspace_id: UUID) -> Workspace:
    """Return the workspace as it is now, held first in every operation about it."""
    return Workspace.objects.select_related("host").locked(workspace_id)
