"""The nouns of a person."""

from accounts.models.brakes import Brake
from accounts.models.consents import Consent
from accounts.models.copies import Copy
from accounts.models.identities import ExternalIdentity
from accounts.models.people import (
    LANGUAGES,
    User,
    memberships_from,
    memberships_of,
    people_known_by,
)
from accounts.models.replies import Reply
from accounts.models.sessions import Session
from accounts.models.tokens import Token

__all__ = [
    "LANGUAGES",
    "Brake",
    "Consent",
    "Copy",
    "ExternalIdentity",
    "Reply",
    "Session",
    "Token",
    "User",
    "memberships_from",
    "memberships_of",
    "people_known_by",
]
