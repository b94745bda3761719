"""Who may look into access, give it and answer for it."""

from typing import Any

from access.kinds import kind_of
from access.models import Request
from kernel.actor import Actor
from kernel.rules import may, rule


@rule("access.manage")
def may_manage(actor: Actor, thing: Any) -> bool:
    """Those who decide on access to the thing, by its own app's rule."""
    return may(actor, kind_of(thing).manages, thing)


@rule("access.explain_others")
def may_explain_others(actor: Actor, thing: Any) -> bool:
    return may_manage(actor, thing)


@rule("access.answer")
def may_answer(actor: Actor, request: tuple[Request, Any]) -> bool:
    """Those who decide on access, but nobody for themself."""
    asked, thing = request
    return asked.asked_by_id != actor.user_id and may_manage(actor, thing)


@rule("access.withdraw_request")
def may_withdraw(actor: Actor, request: Request) -> bool:
    return request.asked_by_id == actor.user_id


@rule("access.pass_on")
def may_pass_on(actor: Actor, thing: Any) -> bool:
    """The platform itself, when nobody has answered for long."""
    return False


@rule("access.expire")
def may_expire(actor: Actor, thing: Any) -> bool:
    """The platform itself, when the time of a grant is over."""
    return False
