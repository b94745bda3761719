"""Keys for programs: made, used, taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import TokenRevokedAlready
from accounts.events import TokenCreated, TokenRevoked
from accounts.models import Token, User
from accounts.models.people import organizations_of, tidy
from accounts.models.tokens import digest_of, new_secret
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from kernel.switches import TOKENS, require_on


@operation
def create_token(
    *,
    actor: Actor,
    person: User,
    name: str,
    scope: str = Token.Scope.READ,
    org: UUID | None = None,
    expires_at: datetime | None = None,
    asked_with: Token | None = None,
) -> Token:
    """Make a key of ``person``; ``token.secret`` holds it this once, the database only its digest.

    Args:
        org: the one organization it acts for; None follows the person.
        asked_with: the key that asks for another one, which reaches no further and lives no longer.

    Raises:
        NotAllowed: the actor's own key may not do everything.
        SwitchedOff: operators let no token in.
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: they do not belong to ``org``, it is expired already, or exceeds ``asked_with``.

    Emits: TokenCreated.
    """
    require(actor, "accounts.manage_tokens", person)
    require_on(actor, TOKENS)
    require_recent(actor)
    if org is not None and org not in organizations_of(person):
        raise InvalidInput.at("/org", "unknown", _("You do not belong to this organization."))
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput.at("/expires_at", "past", _("Choose a time in the future."))
    if asked_with is not None:
        _stay_within(asked_with, scope=scope, org=org, expires_at=expires_at)
    token = cut(person, name=tidy(name), scope=scope, org_id=org, expires_at=expires_at)
    emit(TokenCreated.about(token, actor))
    return token


def cut(person: User, **said: Any) -> Token:
    """Make a key, once somebody has been allowed to; ``token.secret`` holds it this once."""
    secret = new_secret()
    kept = {"digest": digest_of(secret), "prefix": secret[:8], "epoch": person.auth_epoch}
    token = Token.objects.create(user=person, **kept, **said)
    token.secret = secret
    return token


def _stay_within(parent: Token, *, scope: str, org: UUID | None, expires_at: datetime | None) -> None:
    if not parent.covers(scope):
        raise InvalidInput.at("/scope", "too_wide", _("A token makes no token that may more than itself."))
    if parent.org_id is not None and org != parent.org_id:
        raise InvalidInput.at("/org", "too_wide", _("A token makes no token that may more than itself."))
    if parent.expires_at is not None and (expires_at is None or expires_at > parent.expires_at):
        raise InvalidInput.at("/expires_at", "too_late", _("A token makes no token that outlives itself."))


@operation
def revoke_token(*, actor: Actor, token: Token) -> Token:
    """Take a key back; the next request with it is a stranger's.

    Raises:
        TokenRevokedAlready: somebody was quicker.

    Emits: TokenRevoked.
    """
    token = Token.objects.locked(token.pk)
    require(actor, "accounts.manage_tokens", token.user)
    if token.revoked_at is not None:
        raise TokenRevokedAlready
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    emit(TokenRevoked.about(token, actor))
    return token


@operation
def note_use(*, actor: Actor, token: Token) -> None:
    """Keep when a key last opened a door; no event, or the record would be full of them."""
    Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
