"""The nouns of an organization."""

from orgs.models.calendars import Calendar
from orgs.models.contacts import Contact
from orgs.models.invitations import Invitation
from orgs.models.organizations import (
    OWN_SEATS,
    RECALL_MINUTES,
    Department,
    Membership,
    Organization,
    Position,
    joined,
    role_in,
    roles_among,
    roles_of,
)
from orgs.models.partnerships import Agreement, Partnership, Signature, work_together

__all__ = [
    "OWN_SEATS",
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
    "joined",
    "role_in",
    "roles_among",
    "roles_of",
    "work_together",
]
