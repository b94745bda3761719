"""Codes that are shown at a door: counted, spent, told of."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator

from accounts.factors import CODES
from accounts.operations import count_try, forgive_tries, record_failed_sign_in, spend_code
from kernel.actor import Actor

AT_THE_DOOR = Actor.nobody("accounts.second_step")


def proved_by_code(person: Any, code: str) -> Authenticator | None:
    """Return the factor whose code it is, or None; either way it was one try of not many.

    Raises:
        TooManyTries: there were too many.
    """
    count_try(actor=AT_THE_DOOR, purpose="factor", email=person.email)
    factor = spend_code(actor=AT_THE_DOOR, person=person, code=code)
    if factor is None:
        record_failed_sign_in(actor=AT_THE_DOOR)
        return None
    forgive_tries(actor=AT_THE_DOOR, email=person.email, purpose="factor")
    if factor.type == CODES:
        get_adapter().tell_of_factors(person, "code_used")
    return factor
