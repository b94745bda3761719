"""Whom a step waits for: the definition's rules, asked of the organization as it is at this moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from kernel.prepared import Prepared, among
from orgs.models import Department, Membership, Partnership, Position


def working_in(org: UUID) -> Any:
    active = Membership.objects.active().filter(organization_id=org, user__is_active=True)
    return active.exclude(role=Membership.Role.AUDITOR)


WORKING = Prepared(lambda org, users: working_in(org).filter(user_id__in=among(users)), org=UUID, users=list)
POSITION = Prepared(lambda org, key: Position.objects.filter(organization_id=org, key=key), org=UUID, key=str)
BETWEEN = Prepared(
    lambda org, others: Partnership.objects.active().filter(
        Q(host=org, partner__in=among(others)) | Q(partner=org, host__in=among(others))
    ),
    org=UUID,
    others=list,
)
MEMBER = Prepared(
    lambda org, user: (
        Membership.objects.active().filter(organization_id=org, user_id=user).order_by("pk")[:1]
    ),
    org=UUID,
    user=UUID,
)


@dataclass(frozen=True)
class Assignee:
    user_id: UUID
    by: str  # the rule that named them


@dataclass
class Directory:
    """One organization, asked on behalf of one request.

    ``host_id`` and ``others`` are the organizations of the request, for who answers for a partnership.
    """

    org_id: UUID
    initiator_id: UUID
    initiator_org_id: UUID
    others: list[UUID] = field(default_factory=list)

    def people(self, rules: Iterable[dict[str, Any]], *, self_rule: str = "manager") -> list[Assignee]:
        """Return those who decide, each once, in the order of the rules; the owners where nobody else is left."""
        named: dict[UUID, str] = {}
        for rule in rules:
            ((kind, said),) = rule.items()
            for user_id in RULES[kind](self, said):
                named.setdefault(user_id, kind)
        found = [Assignee(one, named[one]) for one in self._working(named)]
        return self._without_initiator(found, self_rule) or self.fallback()

    def fallback(self) -> list[Assignee]:
        """Return the owners, then the admins; the initiator only where there is nobody else."""
        steering = list(
            self._members.filter(role__in=("owner", "admin")).order_by("pk").values_list("user_id", "role")
        )
        for role in ("owner", "admin"):
            others = [one for one, held in steering if held == role and one != self.initiator_id]
            if others:
                return [Assignee(one, "admin") for one in others]
        return [Assignee(one, "admin") for one, _role in steering]

    @property
    def _members(self) -> Any:
        """Those who work there today; auditors read the record and nothing else."""
        return working_in(self.org_id)

    def _working(self, named: Iterable[UUID]) -> list[UUID]:
        wanted = list(named)
        if not wanted:
            return []
        there = {one.user_id for one in WORKING.all(org=self.org_id, users=wanted)}
        return [one for one in wanted if one in there]

    def _without_initiator(self, found: list[Assignee], self_rule: str) -> list[Assignee]:
        """Nobody approves what they asked for, as long as somebody else can."""
        if self_rule == "allow":
            return found
        others = [one for one in found if one.user_id != self.initiator_id]
        if others or not found:
            return others
        return [Assignee(one, "manager_chain") for one in self._working(self._managers(1, 1))]

    # ── The rules ────────────────────────────────────────────────────────────
    @cached_property
    def _initiator(self) -> Membership | None:
        if self.org_id != self.initiator_org_id:
            return None
        return MEMBER.first(org=self.org_id, user=self.initiator_id)

    def _users(self, said: list[str]) -> list[UUID]:
        return [UUID(one) for one in said]

    def _role(self, said: dict[str, Any]) -> list[UUID]:
        return [one for held in POSITION.all(org=self.org_id, key=said["key"]) for one in held.people]

    def _manager_chain(self, said: dict[str, Any]) -> list[UUID]:
        first = said.get("from", 1)
        return self._managers(first, said.get("to", first))

    def _managers(self, first: int, last: int) -> list[UUID]:
        """Climb from the initiator; a circle, which nobody should have made, ends the climb."""
        chain: list[UUID] = []
        here = self._initiator
        while here is not None and here.manager_id and len(chain) < last:
            if here.manager_id in chain or here.manager_id == self.initiator_id:
                break
            chain.append(here.manager_id)
            if len(chain) < last:
                here = MEMBER.first(org=self.org_id, user=here.manager_id)
        return chain[first - 1 :]

    def _dept_head(self, said: Any) -> list[UUID]:
        if self._initiator is None or self._initiator.department_id is None:
            return []
        heads = Department.objects.filter(pk=self._initiator.department_id, head__isnull=False)
        return list(heads.values_list("head_id", flat=True))

    def _itself(self, said: Any) -> list[UUID]:
        return [self.initiator_id]

    def _party_contact(self, said: Any) -> list[UUID]:
        """The coordinators on this side of the partnerships at hand, else the owners."""
        counterparts = [one for one in (self.initiator_org_id, *self.others) if one != self.org_id]
        return [
            one
            for between in BETWEEN.all(org=self.org_id, others=counterparts)
            for one in between.coordinators
        ]


RULES: dict[str, Callable[[Directory, Any], list[UUID]]] = {
    "users": Directory._users,
    "role": Directory._role,
    "manager_chain": Directory._manager_chain,
    "dept_head": Directory._dept_head,
    "initiator": Directory._itself,
    "party_contact": Directory._party_contact,
}
