"""Second factors: added, used once per code, removed."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import FactorThere
from accounts.events import FactorAdded, FactorRemoved, RecoveryCodesMade, RecoveryCodeUsed
from accounts.factors import CODES, Kind, digits_of, factors_of, step_of
from accounts.models import User
from accounts.models.people import tidy
from accounts.secrets import decrypted
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require


@operation
def add_app(*, actor: Actor, person: User, secret: str, code: str) -> list[str]:
    """Ask for an authenticator app's code at sign-in from now on; ``code`` shows that the app holds ``secret``.

    Returns:
        Recovery codes, where they had none; they are not shown again.

    Raises:
        FactorThere: they have an app already.
        InvalidInput: the code is not of this secret and time.

    Emits: FactorAdded.
    """
    _may_change(actor, person)
    if factors_of(person).filter(type=Kind.TOTP).exists():
        raise FactorThere
    step = step_of(secret, digits_of(code))
    if step is None:
        raise InvalidInput.at("/code", "incorrect", _("This code is not right, or was used before."))
    factor = TOTP.activate(person, secret).instance
    factor.data["spent"] = step
    factor.save(update_fields=["data"])
    emit(FactorAdded.of(person, actor, kind=Kind.TOTP.value))
    return _first_codes(person)


@operation
def add_passkey(*, actor: Actor, person: User, name: str, credential: dict[str, Any]) -> list[str]:
    """Keep a passkey that the device of ``person`` has just made; ``credential`` was checked against its challenge.

    Returns:
        Recovery codes, where they had none; they are not shown again.

    Emits: FactorAdded.
    """
    _may_change(actor, person)
    WebAuthn.add(person, tidy(name), credential)
    emit(FactorAdded.of(person, actor, kind=Kind.WEBAUTHN.value))
    return _first_codes(person)


@operation
def name_passkey(*, actor: Actor, person: User, factor_id: int, name: str) -> None:
    """Call a passkey something else; no event, since it opens what it opened.

    Raises:
        NotVisible: they have no such passkey.
    """
    _may_change(actor, person)
    passkey = factors_of(person).filter(pk=factor_id, type=Kind.WEBAUTHN).first()
    if passkey is None:
        raise NotVisible
    passkey.data["name"] = tidy(name)
    passkey.save(update_fields=["data"])


@operation
def remove_factor(*, actor: Actor, person: User, factor_id: int) -> Authenticator:
    """Take a factor away; with the last one its recovery codes go.

    Raises:
        NotVisible: they have no such factor.

    Emits: FactorRemoved.
    """
    _may_change(actor, person)
    factor = factors_of(person).filter(pk=factor_id).first()
    if factor is None:
        raise NotVisible
    factor.delete()
    if not factors_of(person).exists():
        _codes(person).delete()
    emit(FactorRemoved.of(person, actor, kind=factor.type))
    return factor


@operation
def renew_codes(*, actor: Actor, person: User) -> list[str]:
    """Return ten new recovery codes; the old ones are worth nothing.

    Raises:
        NotVisible: there is no factor that they could stand in for.

    Emits: RecoveryCodesMade.
    """
    _may_change(actor, person)
    if not factors_of(person).exists():
        raise NotVisible
    _codes(person).delete()
    emit(RecoveryCodesMade.of(person, actor))
    return _first_codes(person)


@operation
def spend_code(*, actor: Actor, person: User, code: str) -> Authenticator | None:
    """Return the factor that ``code`` belongs to, and see to it that it opens nothing again; None for a wrong one.

    The rows are held meanwhile: of two who show the same code in the same instant, one comes in.

    Emits: RecoveryCodeUsed, if it was one.
    """
    held = {
        one.type: one for one in Authenticator.objects.select_for_update().filter(user=person).order_by("pk")
    }
    said, app, codes = digits_of(code), held.get(Kind.TOTP), held.get(CODES)
    if app is not None and _spend_step(app, said):
        return app
    if codes is not None and codes.wrap().validate_code(said):
        left = len(_codes(person).get().wrap().get_unused_codes())
        emit(RecoveryCodeUsed.of(person, actor, left=left))
        return codes
    return None


def _spend_step(app: Authenticator, code: str) -> bool:
    """Take a code whose step is later than all that were taken: the same one, or one before it, is a replay."""
    step = step_of(decrypted(app.data["secret"]), code)
    if step is None or step <= app.data.get("spent", 0):
        return False
    app.data["spent"] = step
    app.save(update_fields=["data"])
    return True


def _may_change(actor: Actor, person: User) -> None:
    User.objects.locked(person.pk)
    require(actor, "accounts.manage_factors", person)
    require_recent(actor)


def _codes(person: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=person, type=CODES)


def _first_codes(person: User) -> list[str]:
    return [] if _codes(person).exists() else RecoveryCodes.activate(person).generate_codes()
