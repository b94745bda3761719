"""The nouns of an organization."""

from orgs.models.calendars import Calendar
from orgs.models.contacts import Contact
from orgs.models.invitations import Invitation
from orgs.models.organizations import (
    OWN_ROLES,
    RECALL_MINUTES,
    Department,
    Membership,
    Organization,
    Position,
    by_organization,
    role_in,
    roles_among,
    roles_of,
)
from orgs.models.partnerships import Agreement, Partnership, Signature, kind_between, work_together

__all__ = [
    "OWN_ROLES",
    "RECALL_MINUTES",
    "Agreement",
    "Calendar",
    "Contact",
    "Department",
    "Invitation",
    "Membership",
    "Organization",
    "Partnership",
    "Position",
    "Signature",
    "by_organization",
    "kind_between",
    "role_in",
    "roles_among",
    "roles_of",
    "work_together",
]
