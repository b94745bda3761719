"""For which organization somebody looks at a request: what that side may know is what they see."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from approvals.models import Assignment, Instance, InstanceGrant, Run
from approvals.standing_in import slots_for, stands_of
from kernel.actor import Actor
from kernel.prepared import Prepared, among, one_of, person, together
from orgs.models import Membership, roles_of
from orgs.models.organizations import STEERING


class Sides:
    """The sides from which one person sees some requests: a constant number of queries, however many."""

    def __init__(self, actor: Actor, instances: Iterable[Instance]) -> None:
        self.actor = actor
        self._known = list(instances)
        self._works: set[UUID] = set()
        self._steers: set[UUID] = set()
        self._assigned: dict[UUID, set[UUID]] = defaultdict(set)
        self._turns: dict[UUID, set[UUID]] = defaultdict(set)
        if actor.is_person and self._known:
            self._look()

    def _look(self) -> None:
        roles = roles_of(self.actor)
        self._works = {org for org, role in roles.items() if role != Membership.Role.AUDITOR}
        self._steers = {org for org, role in roles.items() if role in STEERING}
        assigned, turns, let_in = self._found([one.pk for one in self._known])
        for instance_id, org_id in assigned:
            self._assigned[instance_id].add(org_id)
        for instance_id, org_id in [*turns, *let_in]:
            self._turns[instance_id].add(org_id)

    def _found(self, requests: list[UUID]) -> list[Iterable[tuple[UUID, UUID]]]:
        """Return which side asks the person in which of these, whose turn there has come, and who lets them in."""
        user, steered = self.actor.user_id, list(self._steers)
        if user is not None and not self.actor.bound and not stands_of(self.actor):
            return together(
                ASSIGNED.about(user=user, requests=requests),
                TURNS.about(orgs=steered, requests=requests),
                LET_IN.about(user=user, requests=requests),
            )
        return [
            _assigned((slots_for(self.actor) | Q(actor_id=user)) & Q(instance__in=requests)),
            _turns(Q(party_org__in=steered, instance__in=requests)),
            _let_in(self.actor, Q(on__in=requests)),
        ]

    def of(self, instance: Instance) -> UUID | None:
        """Return the organization whose view it is: that of the person's hat if it has one, the asking one first."""
        sides = (self._assigned[instance.pk] & self._works) | self._turns[instance.pk]
        if self.actor.user_id in instance.askers and instance.acting_org_id in self._works:
            sides = sides | {instance.acting_org_id}
        if self.actor.org_id in sides:
            return self.actor.org_id
        return instance.acting_org_id if instance.acting_org_id in sides else next(iter(sorted(sides)), None)


def _assigned(which: Q) -> Any:
    return Assignment.objects.filter(which).values_list("instance_id", "run__party_org_id")


def _turns(which: Q) -> Any:
    return Run.objects.filter(which).values_list("instance_id", "party_org_id").distinct()


def _let_in(actor: Actor, which: Q) -> Any:
    return InstanceGrant.objects.meant_for(actor).filter(which).values_list("on_id", "given_for_id")


ASSIGNED = Prepared(
    lambda user, requests: _assigned(
        (Q(principal_id=user) | Q(actor_id=user)) & one_of("instance_id", requests)
    ),
    user=UUID,
    requests=list,
)
TURNS = Prepared(
    lambda orgs, requests: _turns(Q(party_org__in=among(orgs)) & one_of("instance_id", requests)),
    orgs=list,
    requests=list,
)
LET_IN = Prepared(
    lambda user, requests: _let_in(person(user), one_of("on_id", requests)), user=UUID, requests=list
)


def side_of(actor: Actor, instance: Instance) -> UUID | None:
    return Sides(actor, [instance]).of(instance)
