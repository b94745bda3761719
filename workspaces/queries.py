"""What the pages of a workspace show, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Q, Value, When, Window
from django.db.models.functions import RowNumber

from kernel.actor import Actor
from kernel.rules import may
from orgs.models import Agreement, Partnership
from workspaces.models import Member, Members, Participant, Workspace, Workspaces

FACES = 4
PAGE = 50  # people of one organization at a time
# Who leads stands first, contacts stand last.
STANDING = Case(
    When(role=Member.Role.MANAGER, then=Value(0)), When(contact__isnull=True, then=Value(1)), default=Value(2)
)
ORDER = (STANDING, "user__name", "pk")


@dataclass
class Card:
    """A workspace in a list: its organizations, and how many people one may know of there."""

    workspace: Workspace
    participants: list[Participant] = field(default_factory=list)
    people: int = 0

    @property
    def organizations(self) -> list[Any]:
        return [one.organization for one in self.participants if one.state == Participant.State.ACTIVE]


def cards_of(actor: Actor, rooms: Workspaces) -> list[Card]:
    known = Q(members__in=Member.objects.visible_to(actor))
    counted = (
        rooms.select_related("host")
        .annotate(people=Count("members", filter=known, distinct=True))
        .order_by("name", "pk")
    )
    cards = {one.pk: Card(one, people=one.people) for one in counted}
    parts = Participant.objects.standing().filter(workspace__in=cards).select_related("organization")
    for one in parts.order_by("since", "pk"):
        cards[one.workspace_id].participants.append(one)
    return list(cards.values())


@dataclass
class Side:
    """One organization in the room: its part, its people there, and what was signed with the host.

    ``people`` counts all whom the reader may know of; ``seats`` may be a page of them, ``has_more`` follow.
    """

    participant: Participant
    people: int = 0
    seats: list[Member] = field(default_factory=list)
    has_more: bool = False
    agreements: list[Agreement] = field(default_factory=list)
    is_host: bool = False
    is_ours: bool = False
    may_manage: bool = False
    may_end: bool = False
    may_answer: bool = False

    @property
    def organization(self) -> Any:
        return self.participant.organization

    @property
    def faces(self) -> list[Member]:
        return self.seats[:FACES]

    @property
    def lead(self) -> Member | None:
        return next((one for one in self.seats if one.role == Member.Role.MANAGER), None)

    @property
    def classes(self) -> list[str]:
        """Return which classes of information may reach them: all at home, what was agreed elsewhere."""
        if self.is_host:
            return ["public", "internal", "confidential"]
        agreed = {one for agreement in self.agreements for one in agreement.classes}
        return [one for one in ("public", "internal", "confidential") if one in agreed | {"public"}]

    @property
    def agreement(self) -> Agreement | None:
        return max(self.agreements, key=lambda one: one.ends_on, default=None)


def sides_of(
    actor: Actor, workspace: Workspace, *, q: str = "", at_most: int | None = None, start: int = 0
) -> list[Side]:
    """Return the organizations of a room with the people the actor may know of, the host first.

    Args:
        q: only people whose name, company or organization contains it.
        at_most: how many people of each organization; all, if nothing is said.
        start: how many of each to leave out first.
    """
    parts = Participant.objects.standing().filter(workspace=workspace).select_related("organization")
    sides = {
        one.organization_id: Side(one, is_host=one.organization_id == workspace.host_id) for one in parts
    }
    known = Member.objects.visible_to(actor).filter(workspace=workspace, organization__in=sides)
    for organization_id, people in known.values_list("organization_id").annotate(people=Count("pk")):
        sides[organization_id].people = people
    for seat in _seats(known, q, at_most, start):
        sides[seat.organization_id].seats.append(seat)
    for organization_id, found in _agreements(workspace, sides).items():
        sides[organization_id].agreements = found
    for side in sides.values():
        side.has_more = at_most is not None and len(side.seats) > at_most
        side.seats = side.seats[:at_most]
        side.participant.workspace = workspace
        side.is_ours = side.organization.pk == actor.org_id
        side.may_manage = may(actor, "workspaces.manage_people", side.participant)
        side.may_end = not side.is_host and may(actor, "workspaces.end_participation", side.participant)
        side.may_answer = side.participant.state == Participant.State.INVITED and may(
            actor, "workspaces.answer_invitation", side.participant
        )
    return sorted(sides.values(), key=lambda one: (not one.is_host, not one.is_ours, one.organization.name))


def _seats(known: Members, q: str, at_most: int | None, start: int) -> Members:
    """Return the people to show; of each organization one more than at most, so that one sees whether more follow."""
    if q:
        by_name = Q(user__name__icontains=q) | Q(contact__company__icontains=q)
        known = known.filter(by_name | Q(organization__name__icontains=q))
    if at_most is not None:
        place = Window(RowNumber(), partition_by="organization", order_by=ORDER)
        known = known.annotate(place=place).filter(place__gt=start, place__lte=start + at_most + 1)
    return known.select_related("user", "contact").order_by(*ORDER)


def _agreements(workspace: Workspace, organization_ids: Iterable[Any]) -> dict[Any, list[Agreement]]:
    found: dict[Any, list[Agreement]] = defaultdict(list)
    others = [one for one in organization_ids if one != workspace.host_id]
    between = Q(partnership__host=workspace.host_id, partnership__partner__in=others) | Q(
        partnership__partner=workspace.host_id, partnership__host__in=others
    )
    for one in Agreement.objects.in_force().filter(between).select_related("partnership"):
        other = one.partnership.host_id
        found[one.partnership.partner_id if other == workspace.host_id else other].append(one)
    return found


def invitable(workspace: Workspace) -> list[Any]:
    """Return the host's active partners that are neither in the room nor asked into it."""
    inside = set(workspace.participants.standing().values_list("organization_id", flat=True))
    partners = Partnership.objects.of(workspace.host).active().select_related("host", "partner")
    others = [one.other(workspace.host_id) for one in partners]
    return sorted((one for one in others if one and one.pk not in inside), key=lambda one: one.name)
