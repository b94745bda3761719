"""For which organization somebody looks at a request: what that side may know is what they see."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from approvals.models import Assignment, Instance, InstanceGrant, Run
from approvals.standing_in import slots_for
from kernel.actor import Actor
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
        ids = [one.pk for one in self._known]
        acted = slots_for(self.actor) | Q(actor_id=self.actor.user_id)
        slots = Assignment.objects.filter(acted, instance__in=ids)
        for instance_id, org_id in slots.values_list("instance_id", "run__party_org_id"):
            self._assigned[instance_id].add(org_id)
        turns = Run.objects.filter(instance__in=ids, party_org__in=self._steers)
        for instance_id, org_id in turns.values_list("instance_id", "party_org_id").distinct():
            self._turns[instance_id].add(org_id)
        let_in = InstanceGrant.objects.meant_for(self.actor).filter(on__in=ids)
        for instance_id, org_id in let_in.values_list("on_id", "given_for_id"):
            self._turns[instance_id].add(org_id)

    def of(self, instance: Instance) -> UUID | None:
        """Return the organization whose view it is: that of the person's hat if it has one, the asking one first."""
        sides = (self._assigned[instance.pk] & self._works) | self._turns[instance.pk]
        if self.actor.user_id in instance.askers and instance.acting_org_id in self._works:
            sides = sides | {instance.acting_org_id}
        if self.actor.org_id in sides:
            return self.actor.org_id
        return instance.acting_org_id if instance.acting_org_id in sides else next(iter(sorted(sides)), None)


def side_of(actor: Actor, instance: Instance) -> UUID | None:
    return Sides(actor, [instance]).of(instance)
