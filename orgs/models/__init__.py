"""The nouns of an organization."""

from orgs.models.contacts import Contact
from orgs.models.invitations import Invitation
from orgs.models.organizations import Department, Membership, Organization, Position, role_in
from orgs.models.partnerships import Agreement, Partnership, Signature

__all__ = [
    "Agreement",
    "Contact",
    "Department",
    "Invitation",
    "Membership",
    "Organization",
    "Partnership",
    "Position",
    "Signature",
    "role_in",
]
