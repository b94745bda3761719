"""Under which hat an act enters the record, and who hears of it when access changes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import realtime
from accounts.models import User
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from orgs.models import Department, Membership, Organization, Partnership, role_in
from orgs.policies import steered_side


def under(actor: Actor, organization: Any) -> Actor:
    """Return the actor acting for ``organization``, where they belong to it: the address names the hat."""
    if actor.sees_all or organization is None or actor.org_id == organization.pk:
        return actor
    return actor.for_org(organization) if role_in(actor, organization.pk) else actor


def recheck(user_id: UUID | None) -> None:
    """After commit, let every process look again at what this person listens to."""
    if user_id is not None:
        transaction.on_commit(lambda: realtime.recheck(user_id), using=database(), robust=True)


def member_of(organization: Organization, user_id: UUID | None, pointer: str) -> User | None:
    """Return the member with that key; another organization's people are not there.

    Raises:
        InvalidInput: nobody active here has it.
    """
    if user_id is None:
        return None
    found = Membership.objects.active().filter(organization=organization, user_id=user_id)
    membership = found.select_related("user").first()
    if membership is None:
        raise InvalidInput.at(pointer, "unknown", _("Nobody in this organization is this person."))
    return membership.user


def department_of(
    organization: Organization, department_id: UUID | None, pointer: str = "/department"
) -> Department | None:
    """Return the organization's own department.

    Raises:
        InvalidInput: it has no such department.
    """
    if department_id is None:
        return None
    found = Department.objects.filter(organization=organization, pk=department_id).first()
    if found is None:
        raise InvalidInput.at(pointer, "unknown", _("This organization has no such department."))
    return found


def side_of(actor: Actor, partnership: Partnership) -> Organization:
    """Return for which side the actor speaks; the platform speaks for the host."""
    partner = partnership.partner
    return partner if partner and steered_side(actor, partnership) == partner.pk else partnership.host
