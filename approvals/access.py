"""Access to a request: who asked, who decides, who steers a side, and whom a side lets in.

Each side sees its own people alone, and lets in its own people alone.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.kinds import Kind, Sharing, kind
from access.levels import Level
from access.models import Grant
from access.verdicts import Standing, Step, Verdict
from accounts.models import User
from approvals.models import Assignment, Instance, InstanceGrant, Run
from approvals.sides import side_of
from kernel.actor import Actor
from kernel.errors import InvalidInput
from orgs.models import Department, Membership, Organization, roles_of
from orgs.models.organizations import STEERING

LONGEST_DAYS = 366
HIGHEST_GIVEN = Level.COMMENT  # deciding is what the definition says, and nobody gives away


def weigh(person: Actor, instance: Instance) -> Verdict:
    return Verdict.of(_steps(person, instance))


def _steps(person: Actor, instance: Instance) -> Iterator[Step]:
    roles = roles_of(person)
    working = {org for org, role in roles.items() if role != Membership.Role.AUDITOR}
    source = f"approval:{instance.pk}"
    if instance.initiator_id == person.user_id and instance.acting_org_id in working:
        yield Step(rule="approvals.initiator", source=source, reason=_("Asked for it."), gives=Level.MANAGE)
    elif instance.keeper_id == person.user_id and instance.acting_org_id in working:
        why = _("It was handed over to them by who asked for it.")
        yield Step(rule="approvals.keeper", source=source, reason=why, gives=Level.MANAGE)
    slots = Assignment.objects.filter(instance=instance, principal=person.user_id, run__party_org__in=working)
    if slots.exists():
        yield Step(
            rule="approvals.assignee",
            source=source,
            reason=_("Decides, or has decided."),
            gives=Level.COMMENT,
        )
    for org in _turns(instance, [org for org, role in roles.items() if role in STEERING]):
        yield Step(
            rule="approvals.steering",
            source=f"org:{org.pk}",
            reason=format_lazy(
                _("Owner or admin of {organization}, whose turn has come."), organization=org.name
            ),
            gives=Level.MANAGE,
        )
    for grant in InstanceGrant.objects.meant_for(person).filter(on=instance).told():
        yield Step(
            rule="access.grant",
            source=f"grant:{grant.pk}",
            reason=format_lazy(
                _("{giver} gave {who} the right: {level}."),
                giver=grant.given_by.name,
                who=grant.principal_name,
                level=grant.rank.label,
            ),
            gives=grant.rank,
            until=grant.expires_at,
        )
    yield Step(
        rule="approvals.sides",
        source=source,
        reason=_("Each side lets in its own people."),
        change=_("Who asked, or an owner or admin of one's own side, gives a right on this request."),
    )


def _turns(instance: Instance, orgs: list[UUID]) -> list[Organization]:
    begun = Run.objects.filter(instance=instance, party_org__in=orgs).values("party_org")
    return list(Organization.objects.filter(pk__in=begun))


def everybody(instance: Instance) -> list[Standing]:
    """Return all whom a request is open to, side by side; what of it is shown is for ``of_ones_side`` to say."""
    found: dict[tuple[UUID, UUID], tuple[User, Organization]] = {}
    slots = Assignment.objects.filter(instance=instance).select_related("principal", "run__party_org")
    rows = [(instance.initiator, instance.acting_org), *((one.principal, one.run.party_org) for one in slots)]
    rows += [(instance.keeper, instance.acting_org)] if instance.keeper else []
    begun = Run.objects.filter(instance=instance).values("party_org")
    steering = (
        Membership.objects.steering().filter(organization__in=begun).select_related("user", "organization")
    )
    rows += [(one.user, one.organization) for one in steering]
    for grant in InstanceGrant.objects.live().filter(on=instance).told():
        members = Membership.objects.active().filter(organization=grant.given_for).select_related("user")
        if grant.user_id:
            members = members.filter(user=grant.user_id)
        rows += [(one.user, grant.given_for) for one in members]
    for user, org in rows:
        found.setdefault((user.pk, org.pk), (user, org))
    standings = (
        Standing(user, org, weigh(Actor.person(user, org), instance)) for user, org in found.values()
    )
    return sorted(
        (one for one in standings if one.verdict.level),
        key=lambda one: (one.organization.name, one.user.name),
    )


def of_ones_side(actor: Actor, instance: Instance, found: list[Standing]) -> list[Standing]:
    side = side_of(actor, instance)
    return [one for one in found if one.organization.pk == side]


def side(actor: Actor, instance: Instance) -> Organization | None:
    """Return the side from which somebody looks at the request."""
    return Organization.objects.filter(pk=side_of(actor, instance)).first()


def hat(actor: Actor, instance: Instance) -> Actor:
    org = side(actor, instance)
    return actor.for_org(org) if org else actor


def fits(actor: Actor, instance: Instance, principal: Any, level: Level) -> bool:
    """Refuse whom the giver's side does not employ, and to decide by grant."""
    if level > HIGHEST_GIVEN:
        raise InvalidInput.at(
            "/level", "too_high", _("A request is seen and spoken about by single rights, no more.")
        )
    match principal:
        case User():
            theirs = Membership.objects.active().filter(
                user=principal, user__is_active=True, organization=actor.org_id
            )
            if not theirs.exclude(role=Membership.Role.AUDITOR).exists():
                raise InvalidInput.at("/user", "not_yours", _("Each side lets in its own people."))
        case Department() if principal.organization_id == actor.org_id:
            pass
        case Organization() if principal.pk == actor.org_id:
            pass
        case _:
            raise InvalidInput.at("/object", "not_yours", _("Each side lets in its own people."))
    return False


def people(grant: Grant) -> tuple[UUID, ...]:
    if grant.user_id:
        return (grant.user_id,)
    members = Membership.objects.active().filter(organization=grant.given_for_id)
    return tuple(members.values_list("user_id", flat=True))


def approval_kind() -> Kind:
    return kind(
        Kind(
            name="approval",
            title=_("Request"),
            plural=_("Requests"),
            rows=lambda: Instance.objects.select_related(
                "acting_org", "definition", "initiator", "workspace"
            ),
            weigh=weigh,
            everybody=everybody,
            shown=of_ones_side,
            side=side,
            among_own=lambda instance: instance.is_among_own,
            manages="approvals.manage_access",
            label=lambda instance: instance.title,
            url=lambda instance: reverse("approval", args=[instance.pk]),
            workspace_id=lambda instance: None,  # its record and its people are those of its sides
            grants=InstanceGrant,
            sharing=Sharing(hat, fits, lambda instance: LONGEST_DAYS, people),
        )
    )
