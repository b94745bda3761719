"""The page door: people's own settings, and what stands before the door."""

from accounts.views.account import account, copies, copy, copy_state
from accounts.views.confirmation import confirmation
from accounts.views.consent import consent, document
from accounts.views.factors import (
    SecondStep,
    factor_app,
    factor_removal,
    factors,
    passkey_name,
    passkeys,
    recovery_codes,
)
from accounts.views.leaving import leaving, staying
from accounts.views.mailbox import letter, mailbox
from accounts.views.opening import opening
from accounts.views.people import avatar, picture, picture_removal, profile
from accounts.views.preferences import language, theme
from accounts.views.providers import begin as provider
from accounts.views.providers import callback as provider_callback
from accounts.views.providers import connection, connection_dropped, connection_removal, connections
from accounts.views.refusals import too_many
from accounts.views.sessions import other_sessions_ending, session_ending, sessions
from accounts.views.tokens import token_revocation, tokens

__all__ = [
    "SecondStep",
    "account",
    "avatar",
    "confirmation",
    "connection",
    "connection_dropped",
    "connection_removal",
    "connections",
    "consent",
    "copies",
    "copy",
    "copy_state",
    "document",
    "factor_app",
    "factor_removal",
    "factors",
    "language",
    "leaving",
    "letter",
    "mailbox",
    "opening",
    "other_sessions_ending",
    "passkey_name",
    "passkeys",
    "picture",
    "picture_removal",
    "profile",
    "provider",
    "provider_callback",
    "recovery_codes",
    "session_ending",
    "sessions",
    "staying",
    "theme",
    "token_revocation",
    "tokens",
    "too_many",
]
