"""Which object permissions a role amounts to. The seat is the truth; these rows are its index."""

from uuid import UUID

from kernel.actor import permission_id
from workspaces.models import Member, WorkspaceGrant

ROLES: dict[str, tuple[str, ...]] = {
    Member.Role.VIEWER: ("view",),
    Member.Role.COMMENTER: ("view", "comment"),
    Member.Role.EDITOR: ("view", "comment", "edit"),
    Member.Role.MANAGER: ("view", "comment", "edit", "manage"),
}


def rows_of(seat: Member) -> list[WorkspaceGrant]:
    if seat.held_at is not None:
        return []
    return [
        WorkspaceGrant(
            user_id=seat.user_id,
            content_object_id=seat.workspace_id,
            permission_id=permission_id(f"workspaces.{verb}_workspace"),
        )
        for verb in ROLES[seat.role]
    ]


def write(seat: Member) -> None:
    """Make the index say what the seat says; the seat is saved."""
    withdraw(seat.workspace_id, [seat.user_id])
    WorkspaceGrant.objects.bulk_create(rows_of(seat))


def withdraw(workspace_id: UUID, user_ids: list[UUID]) -> None:
    WorkspaceGrant.objects.filter(content_object_id=workspace_id, user_id__in=user_ids).delete()


def rebuild() -> int:
    """Write the whole index anew from the seats, and return how many rows it has."""
    WorkspaceGrant.objects.all().delete()
    rows = [row for seat in Member.objects.seated().iterator() for row in rows_of(seat)]
    WorkspaceGrant.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
