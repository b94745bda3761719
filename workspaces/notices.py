"""Who is told of what happens in a workspace."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.urls import reverse

from audit.models import Checkpoint, OrgKey
from kernel.events import Record
from kernel.notices import Act, Due, owes
from orgs.models import Membership
from orgs.notices import is_steering, steered_by, steering
from orgs.policies import RECORD_READERS
from workspaces.models import Member, Participant


def room(record: Record) -> str:
    return reverse("workspace", args=[record.workspace_id])


def managers(record: Record) -> Iterator[UUID]:
    seats = Member.objects.seated().filter(workspace=record.workspace_id, role=Member.Role.MANAGER)
    yield from seats.values_list("user_id", flat=True)


def still_invited(dues: Sequence[Due]) -> Iterator[Due]:
    """Yield those whose reader steers an organization that has not answered yet."""
    rooms = {due: UUID(due.url.strip("/").rpartition("/")[2]) for due in dues}
    invited = Participant.objects.filter(state=Participant.State.INVITED, workspace__in=set(rooms.values()))
    asked = set(invited.values_list("workspace_id", "organization_id"))
    steered = steered_by({due.user_id for due in dues})
    for due, room_id in rooms.items():
        if any((room_id, org_id) in asked for org_id in steered.get(due.user_id, ())):
            yield due


@owes(
    "workspaces.participant_invited",
    kind="invitation",
    mail=True,
    still_may=is_steering,
    act=Act(still_invited),
)
def those_who_answer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, room(record))


@owes("workspaces.participant_joined", "workspaces.participant_left", kind="workspace")
def those_who_manage(record: Record) -> Iterator[Due]:
    for user_id in managers(record):
        yield Due(user_id, room(record))


@owes("workspaces.member_added", kind="workspace", mail=True)
def the_newcomer(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), room(record), "later")


@owes("workspaces.member_removed", kind="workspace")
def who_went(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), reverse("workspaces"))


# ── The record of the room ───────────────────────────────────────────────────
@owes("audit.checkpoint_made", kind="record")
def those_who_countersign(record: Record) -> Iterator[Due]:
    """One word to each organization that signs, until it has signed: the next ones wait beside it."""
    for organization_id in waiting_for(record.workspace_id, record.payload["size"]):
        for user_id in reading_records(organization_id):
            yield Due(user_id, signed(record), "later")


@owes("audit.checkpoint_contradicted", kind="record", mail=True, binding=True)
def those_who_were_told_otherwise(record: Record) -> Iterator[Due]:
    active = Participant.objects.active().filter(workspace=record.workspace_id)
    for organization_id in active.values_list("organization_id", flat=True):
        for user_id in reading_records(organization_id):
            yield Due(user_id, signed(record))


def signed(record: Record) -> str:
    return reverse("workspace_checkpoints", args=[record.workspace_id])


def waiting_for(workspace_id: UUID | None, size: int) -> Iterator[UUID]:
    """Yield the organizations with a key that have signed all they were told of before, or were told of none."""
    active = Participant.objects.active().filter(workspace=workspace_id)
    keys = OrgKey.objects.in_use().filter(org_id__in=active.values("organization_id"))
    made = Checkpoint.objects.filter(chain__kind="workspace", chain__noun_id=workspace_id, size__lt=size)
    last = made.standing().order_by("-size").first()
    for key in keys:
        if last is None or last.created_at < key.created_at or last.is_signed_by(key.org_id):
            yield key.org_id


def reading_records(organization_id: UUID) -> Iterator[UUID]:
    yield from (
        Membership.objects.active()
        .filter(organization=organization_id, role__in=RECORD_READERS)
        .values_list("user_id", flat=True)
    )
