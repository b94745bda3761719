"""Whom a step waits for: the definition's rules, asked of the organization as it is at this moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, Q, UUIDField

from kernel.prepared import FoundOnce, Prepared, among, one_of, together
from orgs.models import Department, Membership, Partnership, Position

Rule = dict[str, Any]


def working_in(org: UUID) -> Any:
    active = Membership.objects.active().filter(organization_id=org, user__is_active=True)
    return active.exclude(role=Membership.Role.AUDITOR)


WORKING = Prepared(lambda org, users: working_in(org).filter(one_of("user_id", users)), org=UUID, users=list)


def position(org: UUID, key: str) -> Any:
    return Position.objects.filter(organization_id=org, key=key)


def between(org: UUID, others: Any) -> Any:
    pairs = Q(host=org, partner__in=among(others)) | Q(partner=org, host__in=among(others))
    return Partnership.objects.active().filter(pairs)


def member(org: UUID, user: UUID) -> Any:
    return Membership.objects.active().filter(organization_id=org, user_id=user)


def named_in(rows: Any, people: str) -> Q:
    """Return the condition that somebody is among the ``people`` of such rows; they are looked up, not all who work there."""
    each = Func(F(people), function="unnest", output_field=UUIDField())
    return Q(FoundOnce("user_id", ArraySubquery(rows.values_list(each))))


POSITION = Prepared(position, org=UUID, key=str)
BETWEEN = Prepared(between, org=UUID, others=list)
MEMBER = Prepared(lambda org, user: member(org, user).order_by("pk")[:1], org=UUID, user=UUID)
# Who of those whom such a row names works there: asked together with it.
HOLDERS = Prepared(
    lambda org, key: working_in(org).filter(named_in(position(org, key), "people")),
    org=UUID,
    key=str,
)
COORDINATORS = Prepared(
    lambda org, others: working_in(org).filter(named_in(between(org, others), "coordinators")),
    org=UUID,
    others=list,
)
MANAGERS = Prepared(
    lambda org, user: working_in(org).filter(user_id__in=member(org, user).values("manager_id")),
    org=UUID,
    user=UUID,
)


@dataclass(frozen=True)
class Assignee:
    user_id: UUID
    by: str  # the rule that named them
    state: str = "PENDING"
    weight: int = 1
    part: dict[str, Any] = field(default_factory=dict)
    added_by: UUID | None = None  # the slot whose holder asked them


@dataclass
class Directory:
    """One organization, asked on behalf of one request.

    ``host_id`` and ``others`` are the organizations of the request, for who answers for a partnership.
    ``strangers`` have acted for another of them; ``choices`` are people somebody chose, by node;
    ``decided`` tells who decided a step.
    """

    org_id: UUID
    initiator_id: UUID
    initiator_org_id: UUID
    others: list[UUID] = field(default_factory=list)
    form: dict[str, Any] = field(default_factory=dict)
    strangers: set[UUID] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    decided: Callable[[str], list[UUID]] = lambda step: []
    node: str = ""
    contacts: list[Any] | None = None  # what ``party_contact`` asks, where it was asked before
    works: dict[UUID, bool] = field(default_factory=dict)  # whether somebody works there, as far as was asked

    def people(
        self,
        rules: Iterable[Rule],
        *,
        self_rule: str = "manager",
        besides: Iterable[Rule] = (),
    ) -> list[Assignee]:
        """Return those who decide, each once, in the order of the rules; nobody where the rules name none.

        1 the rules are expanded; 2 who does not work there, is excepted or stands on another side is left out;
        3 who asked is let in, passed, replaced or left out; 4 the same person is named once.
        """
        named = self._expanded(rules)
        excepted = self._expanded(besides) if besides else {}
        wanted = [one for one in named if one not in excepted and one not in self.strangers]
        found = [Assignee(one, named[one]) for one in self._working(wanted)]
        return list({one.user_id: one for one in self._own(found, self_rule)}.values())

    def fallback(self) -> list[Assignee]:
        """Return the owners, then the admins; the initiator only where there is nobody else."""
        steering = list(
            working_in(self.org_id)
            .filter(role__in=("owner", "admin"))
            .order_by("pk")
            .values_list("user_id", "role")
        )
        steering = [(one, role) for one, role in steering if one not in self.strangers]
        for role in ("owner", "admin"):
            others = [one for one, held in steering if held == role and one != self.initiator_id]
            if others:
                return [Assignee(one, "admin") for one in others]
        return [Assignee(one, "admin") for one, _role in steering]

    def named(self, users: Iterable[str], by: str) -> list[Assignee]:
        """Return those of these people who work there and stand on no other side."""
        wanted = [UUID(one) for one in users]
        return [
            Assignee(one, by) for one in self._working(one for one in wanted if one not in self.strangers)
        ]

    def _expanded(self, rules: Iterable[Rule]) -> dict[UUID, str]:
        named: dict[UUID, str] = {}
        for rule in rules:
            ((kind, said),) = rule.items()
            for user_id in RULES[kind](self, said):
                named.setdefault(user_id, kind)
        return named

    def _working(self, named: Iterable[UUID]) -> list[UUID]:
        """Leave out who does not work there today; auditors read the record and nothing else."""
        wanted = list(named)
        unknown = [one for one in wanted if one not in self.works]
        if unknown:
            self._note(unknown, WORKING.all(org=self.org_id, users=unknown))
        return [one for one in wanted if self.works[one]]

    def _note(self, asked: Iterable[UUID], found: Iterable[Membership]) -> None:
        there = {one.user_id for one in found}
        self.works |= {one: one in there for one in asked}

    def _seat(self, user_id: UUID) -> Membership | None:
        seats, managers = together(
            MEMBER.about(org=self.org_id, user=user_id), MANAGERS.about(org=self.org_id, user=user_id)
        )
        self._note([one.manager_id for one in seats], managers)
        return next(iter(seats), None)

    def _own(self, found: list[Assignee], rule: str) -> list[Assignee]:
        """Say what becomes of the slot of the one who asks."""
        if rule == "allow" or all(one.user_id != self.initiator_id for one in found):
            return found
        if rule == "skip":
            return [
                Assignee(one.user_id, "self", "AUTO_APPROVED") if one.user_id == self.initiator_id else one
                for one in found
            ]
        instead: list[UUID] = []
        if rule == "manager":
            instead = self._working(self._managers(1, 1))
        elif rule == "dept_head":
            instead = self._working(one for one in self._dept_head({}) if one != self.initiator_id)
        place = next(n for n, one in enumerate(found) if one.user_id == self.initiator_id)
        by = "manager_chain" if rule == "manager" else "dept_head"
        stand_ins = [Assignee(one, by) for one in instead if one not in self.strangers]
        return [*found[:place], *stand_ins, *found[place + 1 :]]

    # ── The rules ────────────────────────────────────────────────────────────
    @cached_property
    def _initiator(self) -> Membership | None:
        if self.org_id != self.initiator_org_id:
            return None
        return self._seat(self.initiator_id)

    def _users(self, said: list[str]) -> list[UUID]:
        return [UUID(one) for one in said]

    def _role(self, said: dict[str, Any]) -> list[UUID]:
        """Who holds a position; with the scope ``department`` only those of the initiator's."""
        positions, holders = together(
            POSITION.about(org=self.org_id, key=said["key"]), HOLDERS.about(org=self.org_id, key=said["key"])
        )
        held = [one for position in positions for one in position.people]
        self._note(held, holders)
        if said.get("scope", "org") == "org" or not held:
            return held
        department = self._initiator.department_id if self._initiator else None
        there = {one.user_id for one in holders if department and one.department_id == department}
        return [one for one in held if one in there]

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
                here = self._seat(here.manager_id)
        return chain[first - 1 :]

    def _dept_head(self, said: Any) -> list[UUID]:
        if self._initiator is None or self._initiator.department_id is None:
            return []
        return self._heads([self._initiator.department_id])

    def _heads(self, departments: Iterable[UUID]) -> list[UUID]:
        heads = Department.objects.filter(
            organization_id=self.org_id, pk__in=list(departments), head__isnull=False
        )
        return list(heads.order_by("pk").values_list("head_id", flat=True))

    def _itself(self, said: Any) -> list[UUID]:
        return [self.initiator_id]

    def _field_users(self, said: dict[str, str]) -> list[UUID]:
        return self._in_field(said["field"])

    def _field_dept_head(self, said: dict[str, str]) -> list[UUID]:
        found = self._in_field(said["field"])
        return self._heads(found) if found else []

    def _in_field(self, name: str) -> list[UUID]:
        value = self.form.get(name) or []
        return [UUID(one) for one in ([value] if isinstance(value, str) else value)]

    def _chosen(self, said: Any) -> list[UUID]:
        """Whom somebody chose for this step: who asked, or who decided the step before."""
        return [UUID(one) for one in self.choices.get(self.node, [])]

    def _same_as(self, said: dict[str, str]) -> list[UUID]:
        return self.decided(said["step"])

    def _party_contact(self, said: Any) -> list[UUID]:
        """The coordinators on this side of the partnerships at hand, else the owners."""
        counterparts = [one for one in (self.initiator_org_id, *self.others) if one != self.org_id]
        partnerships, coordinators = self.contacts or together(
            BETWEEN.about(org=self.org_id, others=counterparts),
            COORDINATORS.about(org=self.org_id, others=counterparts),
        )
        people = [one for partnership in partnerships for one in partnership.coordinators]
        self._note(people, coordinators)
        return people


RULES: dict[str, Callable[[Directory, Any], list[UUID]]] = {
    "users": Directory._users,
    "role": Directory._role,
    "manager_chain": Directory._manager_chain,
    "dept_head": Directory._dept_head,
    "initiator": Directory._itself,
    "initiator_choice": Directory._chosen,
    "previous_choice": Directory._chosen,
    "field_users": Directory._field_users,
    "field_dept_head": Directory._field_dept_head,
    "same_as": Directory._same_as,
    "party_contact": Directory._party_contact,
}
