"""The page door: people's own settings, and what stands before the door."""

from accounts.views.mailbox import letter, mailbox
from accounts.views.opening import opening
from accounts.views.people import avatar, picture, picture_removal, profile
from accounts.views.preferences import language, theme
from accounts.views.refusals import too_many
from accounts.views.tokens import token_revocation, tokens

__all__ = [
    "avatar",
    "language",
    "letter",
    "mailbox",
    "opening",
    "picture",
    "picture_removal",
    "profile",
    "theme",
    "token_revocation",
    "tokens",
    "too_many",
]
