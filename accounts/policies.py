"""Who may, about people and their keys."""

from typing import Any

from accounts.models import Token, User
from kernel.actor import Actor
from kernel.rules import rule


@rule("accounts.change_profile")
def may_change_profile(actor: Actor, person: User) -> bool:
    return actor.is_person and actor.user_id == person.pk


@rule("accounts.change_password")
def may_change_password(actor: Actor, person: User) -> bool:
    return may_change_profile(actor, person) and actor.scope == Token.Scope.ADMIN


@rule("accounts.manage_tokens")
def may_manage_tokens(actor: Actor, person: User) -> bool:
    """A key that may not do everything makes no other keys."""
    return may_change_profile(actor, person) and actor.scope == Token.Scope.ADMIN


@rule("accounts.manage_sessions")
def may_manage_sessions(actor: Actor, person: User) -> bool:
    return may_change_profile(actor, person) and actor.scope == Token.Scope.ADMIN


@rule("accounts.take_copy")
def may_take_copy(actor: Actor, person: User) -> bool:
    return may_change_password(actor, person)


@rule("accounts.manage_factors")
def may_manage_factors(actor: Actor, person: User) -> bool:
    return may_change_profile(actor, person) and actor.scope == Token.Scope.ADMIN


@rule("accounts.connect")
def may_connect(actor: Actor, person: User) -> bool:
    return may_change_password(actor, person)


@rule("accounts.leave")
def may_leave(actor: Actor, person: User) -> bool:
    return may_change_password(actor, person)


@rule("accounts.erase")
def may_erase(actor: Actor, person: User) -> bool:
    """The clock does, when the person's own time has come."""
    return False


@rule("accounts.deactivate")
def may_deactivate(actor: Actor, person: Any) -> bool:
    """Operators may everything; nobody else closes or opens an account."""
    return False
