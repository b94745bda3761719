"""What happened to people and their keys. Addresses and secrets stay out of the record; names can be erased from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from accounts.models import Token, User
from accounts.models.people import organizations_of
from kernel.actor import Actor
from kernel.events import Event, unrecorded


@dataclass(frozen=True, kw_only=True)
class PersonEvent(Event):
    """It enters the record of every organization the person belongs to."""

    personal = {"subject": "person_id", "person_name": "person_id"}

    person_id: UUID
    person_name: str

    @classmethod
    def of(cls, person: User, actor: Actor, **facts: object) -> Self:
        return cls(
            actor=actor,
            org_ids=organizations_of(person),
            person_id=person.pk,
            person_name=person.name,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("person", self.person_id, self.person_name)


@dataclass(frozen=True, kw_only=True)
class PersonSignedUp(PersonEvent):
    name = "accounts.person_signed_up"


@dataclass(frozen=True, kw_only=True)
class PersonSignedIn(PersonEvent):
    name = "accounts.person_signed_in"
    personal = PersonEvent.personal | {"device": "person_id"}
    device: str = ""
    is_new_device: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Nobody in particular tried; whose account they tried stays out, since it may be a typing error."""

    name = "accounts.sign_in_failed"


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(PersonEvent):
    name = "accounts.profile_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(PersonEvent):
    name = "accounts.password_changed"
    by_mail: bool  # the old one was forgotten, so everything signed in was closed


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(PersonEvent):
    name = "accounts.person_deactivated"


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(PersonEvent):
    name = "accounts.person_reactivated"


@dataclass(frozen=True, kw_only=True)
class SignInsEnded(PersonEvent):
    name = "accounts.sign_ins_ended"


@dataclass(frozen=True, kw_only=True)
class PersonConfirmed(PersonEvent):
    name = "accounts.person_confirmed"
    by: str


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(PersonEvent):
    """Somebody signed out browsers from another one."""

    name = "accounts.sessions_ended"
    personal = PersonEvent.personal | {"devices": "person_id"}
    devices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(PersonEvent):
    name = "accounts.consent_given"
    versions: str  # the days of the terms and of the privacy notice


@dataclass(frozen=True, kw_only=True)
class CopyAsked(PersonEvent):
    name = "accounts.copy_asked"
    copy_id: UUID


@dataclass(frozen=True, kw_only=True)
class CopyReady(PersonEvent):
    name = "accounts.copy_ready"


@dataclass(frozen=True, kw_only=True)
class CopyTaken(PersonEvent):
    name = "accounts.copy_taken"


@dataclass(frozen=True, kw_only=True)
class FactorAdded(PersonEvent):
    name = "accounts.factor_added"
    kind: str  # totp or webauthn


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(PersonEvent):
    name = "accounts.factor_removed"
    kind: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(PersonEvent):
    name = "accounts.recovery_codes_made"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(PersonEvent):
    name = "accounts.recovery_code_used"
    left: int


@dataclass(frozen=True, kw_only=True)
class AccountLeaving(PersonEvent):
    name = "accounts.account_leaving"
    leaves_at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountKept(PersonEvent):
    name = "accounts.account_kept"


@dataclass(frozen=True, kw_only=True)
class PersonErased(PersonEvent):
    """It is told when nothing names them any more, of a former person."""

    name = "accounts.person_erased"
    address: str = unrecorded()  # what others may still keep of them


@dataclass(frozen=True, kw_only=True)
class IdentityConnected(PersonEvent):
    name = "accounts.identity_connected"
    provider: str  # never as whom they are known there


@dataclass(frozen=True, kw_only=True)
class IdentityDisconnected(PersonEvent):
    name = "accounts.identity_disconnected"
    provider: str


@dataclass(frozen=True, kw_only=True)
class TokenEvent(PersonEvent):
    personal = PersonEvent.personal | {"token_name": "person_id"}

    token_id: UUID
    token_name: str
    scope: str

    @classmethod
    def about(cls, token: Token, actor: Actor) -> Self:
        return cls.of(token.user, actor, token_id=token.pk, token_name=token.name, scope=token.scope)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("token", self.token_id, self.token_name)


@dataclass(frozen=True, kw_only=True)
class TokenCreated(TokenEvent):
    name = "accounts.token_created"


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(TokenEvent):
    name = "accounts.token_revoked"
