"""An organization comes into being and changes."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from kernel.switches import ORGANIZATIONS, require_on
from orgs.errors import OrganizationActive, OrganizationSuspendedAlready, SlugTaken
from orgs.events import (
    MembershipStarted,
    OrganizationChanged,
    OrganizationCreated,
    OrganizationReactivated,
    OrganizationSuspended,
)
from orgs.models import Membership, Organization
from orgs.operations.hats import recheck, under


@operation
def create_org(
    *,
    actor: Actor,
    name: str,
    slug: str,
    kind: str = Organization.Kind.COMPANY,
    parent: UUID | None = None,
    country: str = "",
) -> Organization:
    """Register an organization; its creator becomes the first owner.

    Args:
        parent: an organization that the actor steers.
        country: where it is registered, as two letters of ISO 3166-1.

    Raises:
        SlugTaken: another one has this short name.
        InvalidInput: the actor does not know, or not steer, ``parent``.
        SwitchedOff: operators take no new organizations.

    Emits: OrganizationCreated, MembershipStarted.
    """
    require(actor, "orgs.create")
    require_on(actor, ORGANIZATIONS)
    above = _parent(actor, parent)
    organization = Organization(name=tidy(name), slug=slug, kind=kind, parent=above, country=country)
    _save(organization, force_insert=True)
    membership = Membership.objects.create(
        organization=organization, user=actor.user, role=Membership.Role.OWNER
    )
    hat = actor.for_org(organization)
    emit(OrganizationCreated.of(organization, hat))
    emit(MembershipStarted.of(membership, hat))
    return organization


@operation
def change_org(*, actor: Actor, organization: Organization, **changes: object) -> Organization:
    """Change any of name, slug, kind, parent, country, patience_hours, presence_outside, recall_minutes, secrets; what stays as it was leaves no trace.

    Raises:
        SlugTaken: another one has this short name.
        InvalidInput: the parent is not the actor's to name, or lies below.

    Emits: OrganizationChanged, if something changed.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.change", organization)
    if "name" in changes:
        changes["name"] = tidy(str(changes["name"]))
    if "parent" in changes:
        above = _parent(actor, changes["parent"])
        _check_no_circle(organization, above)
        changes["parent"] = above
    changed = tuple(one for one in changes if changes[one] != getattr(organization, one))
    if not changed:
        return organization
    for one in changed:
        setattr(organization, one, changes[one])
    _save(organization, update_fields=changed)
    emit(OrganizationChanged.of(organization, under(actor, organization), fields=changed))
    return organization


@operation
def suspend_org(*, actor: Actor, organization: Organization) -> Organization:
    """Close an organization for all its people, until an operator reactivates it.

    Raises:
        OrganizationSuspendedAlready: somebody was quicker.

    Emits: OrganizationSuspended.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.operate", organization)
    if organization.state == Organization.State.SUSPENDED:
        raise OrganizationSuspendedAlready
    _turn(organization, Organization.State.SUSPENDED)
    emit(OrganizationSuspended.of(organization, actor))
    return organization


@operation
def reactivate_org(*, actor: Actor, organization: Organization) -> Organization:
    """Open a suspended organization again.

    Raises:
        OrganizationActive: somebody was quicker.

    Emits: OrganizationReactivated.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.operate", organization)
    if organization.state == Organization.State.ACTIVE:
        raise OrganizationActive
    _turn(organization, Organization.State.ACTIVE)
    emit(OrganizationReactivated.of(organization, actor))
    return organization


def _turn(organization: Organization, state: str) -> None:
    organization.state = state
    organization.save(update_fields=["state"])
    members = organization.memberships.filter(state=Membership.State.ACTIVE)
    for user_id in members.values_list("user_id", flat=True):
        recheck(user_id)


def _parent(actor: Actor, parent_id: Any) -> Organization | None:
    if parent_id is None:
        return None
    parent = Organization.objects.visible_to(actor).filter(pk=parent_id).first()
    if parent is None:
        raise InvalidInput.at("/parent", "unknown", _("You know no such organization."))
    require(actor, "orgs.change", parent)
    return parent


def _check_no_circle(organization: Organization, above: Organization | None) -> None:
    while above is not None:
        if above.pk == organization.pk:
            raise InvalidInput.at("/parent", "circle", _("An organization cannot lie above itself."))
        above = above.parent


def _save(organization: Organization, **options: object) -> None:
    try:
        with transaction.atomic(using=database()):
            organization.save(**options)  # type: ignore[arg-type]
    except IntegrityError:
        raise SlugTaken from None
