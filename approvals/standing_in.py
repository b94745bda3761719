"""For whom somebody may decide: asked of the database when they act, never kept. At most A for B for C for D."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from approvals.models import Assignment, Delegation, Instance
from approvals.models.delegations import LONGEST_CHAIN
from kernel.acting import acting, acts
from kernel.actor import Actor
from kernel.memory import remembered
from kernel.prepared import Prepared, execute

DIRECTORY = Actor.system("approvals.directory")


class Stand(NamedTuple):
    """``principal`` may be stood in for, within one organization; a definition or a workspace narrows it."""

    principal: UUID
    organization: UUID
    definition: UUID | None
    workspace: UUID | None

    def covers(self, slot: Assignment) -> bool:
        return (
            slot.principal_id == self.principal
            and slot.run.party_org_id == self.organization
            and self.definition in (None, slot.instance.definition_id)
            and self.workspace in (None, slot.instance.workspace_id)
        )

    @property
    def slots(self) -> Q:
        found = Q(principal_id=self.principal, run__party_org_id=self.organization)
        if self.definition:
            found &= Q(instance__definition_id=self.definition)
        return found & Q(instance__workspace_id=self.workspace) if self.workspace else found


OWN = "SELECT * FROM priv.stood_for()"
THEIRS = "SELECT * FROM priv.stands_for(%s)"


@remembered
def stands_of(actor: Actor) -> list[Stand]:
    """Return for whom the person may decide now; a key bound to one organization stands for nobody elsewhere."""
    if actor.user_id is None:
        return []
    rows = execute(OWN, [], ()) if acts(actor) else execute(THEIRS, [actor.user_id], ("uuid",))
    found = [Stand(*row) for row in rows]
    return [one for one in found if one.organization == actor.org_id] if actor.bound else found


def stands_in(actor: Actor, slot: Assignment) -> bool:
    """Tell whether the person may decide in somebody else's slot; never in a request of their own."""
    if actor.user_id in slot.instance.askers:
        return False
    return any(one.covers(slot) for one in stands_of(actor))


def slots_for(actor: Actor) -> Q:
    """Return which slots are the person's to decide in: their own, and those of whom they stand in for."""
    found = Q(principal_id=actor.user_id)
    others = Q(pk__in=[])
    for one in stands_of(actor):
        others |= one.slots
    theirs = Q(instance__initiator_id=actor.user_id) | Q(instance__keeper_id=actor.user_id)
    return found | others & ~theirs if stands_of(actor) else found


def standing_beside(given: Delegation) -> list[tuple[UUID, UUID]]:
    """Return who stands in for whom in that organization at some moment at which ``given`` does."""
    with acting(DIRECTORY):
        rows = Delegation.objects.standing().filter(organization=given.organization_id)
        beside = rows.filter(since__lt=given.until, until__gt=given.since)
        return list(beside.values_list("principal_id", "delegate_id"))


IN_FORCE = Prepared(
    lambda organization: Delegation.objects.in_force().filter(organization=organization), organization=UUID
)


def delegates_of(people: Iterable[UUID], request: UUID, organization: UUID) -> dict[UUID, UUID]:
    """Return who stands in now for some of an organization's people in a request, and for whom: for notices."""
    rows = IN_FORCE.all(organization=organization)
    instance = Instance.objects.filter(pk=request).first() if rows else None
    if instance is None:
        return {}
    rows = [one for one in rows if one.covers(instance.definition_id, instance.workspace_id)]
    found: dict[UUID, UUID] = {}
    edge = {one: one for one in people}
    for _link in range(LONGEST_CHAIN):
        edge = {one.delegate_id: edge[one.principal_id] for one in rows if one.principal_id in edge}
        found = edge | found
    return {one: principal for one, principal in found.items() if one not in instance.askers}


def chosen(case: Any, actor: Actor, wanted: UUID | None) -> Assignment | None:
    """Return in which slot of a request the person decides: their own open one first, else that of somebody they
    stand in for; where there is neither, their own that is closed."""
    own = [one for one in case.slots if one.principal_id == actor.user_id and wanted in (None, one.pk)]
    mine = next((one for one in own if one.state != Assignment.State.COPIED), None)
    if mine is not None and (wanted or mine.state == Assignment.State.PENDING):
        return mine
    rows = Assignment.objects.filter(slots_for(actor), instance=case.instance).exclude(
        principal=actor.user_id
    )
    rows = rows.filter(pk=wanted) if wanted else rows.waiting()
    found = rows.select_related("run", "instance", "principal").order_by("pk").first()
    if found is None:
        return mine
    case.held[found.pk] = found
    return found
