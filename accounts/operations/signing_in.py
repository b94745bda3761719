"""Coming in: the first time, every time, and in vain."""

from accounts.events import PersonSignedIn, PersonSignedUp, SignInFailed
from accounts.models import User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.switches import SIGN_UP, require_on


@operation
def sign_up(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: str,
    language: str,
    time_zone: str = "UTC",
    agreed: bool = False,
) -> User:
    """Make an account whose address is yet to be proved.

    Args:
        agreed: to the terms and the privacy notice in force; who did not is asked before the first page.

    Raises:
        SwitchedOff: operators take no new accounts.

    Emits: PersonSignedUp.
    """
    require_on(actor, SIGN_UP)
    person = User.objects.create_user(
        email,
        password,
        verified=False,
        agreed=agreed,
        name=name,
        language=language,
        time_zone=time_zone,
    )
    emit(PersonSignedUp.of(person, actor))
    return person


@operation
def record_sign_in(*, actor: Actor, person: User, device: str = "", is_new_device: bool = False) -> None:
    """Emits: PersonSignedIn."""
    emit(PersonSignedIn.of(person, actor, device=device, is_new_device=is_new_device))


@operation
def record_failed_sign_in(*, actor: Actor) -> None:
    """Emits: SignInFailed."""
    emit(SignInFailed(actor=actor))
