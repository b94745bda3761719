"""What people change about themselves, and operators about them."""

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.errors import AlreadyActive, AlreadyInactive, OwnAccount, PasswordIsAnother
from accounts.events import (
    PasswordChanged,
    PersonDeactivated,
    PersonReactivated,
    ProfileChanged,
    SignInsEnded,
)
from accounts.models import User
from accounts.models.people import tidy
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from kernel.switches import UPLOADS, require_on

PROFILE = ("name", "language", "time_zone", "theme")


@operation
def change_profile(*, actor: Actor, person: User, **changes: str) -> User:
    """Change any of name, language, time_zone, theme; what stays as it was leaves no trace.

    Emits: ProfileChanged, if something changed.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.change_profile", person)
    if "name" in changes:
        changes["name"] = tidy(changes["name"])
    changed = tuple(one for one in PROFILE if one in changes and changes[one] != getattr(person, one))
    if not changed:
        return person
    for one in changed:
        setattr(person, one, changes[one])
    person.save(update_fields=changed)
    emit(ProfileChanged.of(person, actor, fields=changed))
    return person


@operation
def change_avatar(*, actor: Actor, person: User, stored: str) -> User:
    """Show the picture kept under the name ``stored``, or none.

    Raises:
        SwitchedOff: operators let nothing be uploaded.

    Emits: ProfileChanged.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.change_profile", person)
    if stored:
        require_on(actor, UPLOADS)
    before, person.avatar = person.avatar.name, stored
    person.save(update_fields=["avatar"])
    emit(ProfileChanged.of(person, actor, fields=("avatar",)))
    if before:
        transaction.on_commit(lambda: default_storage.delete(before), using=database(), robust=True)
    return person


@operation
def change_password(*, actor: Actor, person: User, password: str, by_mail: bool = False) -> User:
    """Set a new password on ``person``, in place, so that the caller's session can follow.

    Other sessions end. Where the old one was forgotten, tokens and sockets end too, since
    somebody else may have had it.

    Raises:
        PasswordIsAnother: a letter's link, or the old password, was good when it was looked at; of two who
            use it in the same instant, the second finds it used.

    Emits: PasswordChanged.
    """
    now = User.objects.locked(person.pk)
    require(actor, "accounts.change_password", person)
    if now.password != person.password:
        raise PasswordIsAnother
    person.set_password(password)
    if by_mail:
        person.end_sign_ins()
    person.save(update_fields=["password", "auth_epoch"])
    emit(PasswordChanged.of(person, actor, by_mail=by_mail))
    return person


@operation
def deactivate_person(*, actor: Actor, person: User) -> User:
    """Close an account: sessions, tokens and sockets end at once.

    Raises:
        OwnAccount: the operator would lock themselves out.
        AlreadyInactive: somebody was quicker.

    Emits: PersonDeactivated.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.deactivate", person)
    if actor.user_id == person.pk:
        raise OwnAccount
    if not person.is_active:
        raise AlreadyInactive
    person.is_active = False
    person.end_sign_ins()
    person.save(update_fields=["is_active", "auth_epoch"])
    emit(PersonDeactivated.of(person, actor))
    return person


@operation
def reactivate_person(*, actor: Actor, person: User) -> User:
    """Open a closed account again; its old sessions and tokens stay closed.

    Raises:
        AlreadyActive: somebody was quicker.

    Emits: PersonReactivated.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.deactivate", person)
    if person.is_active:
        raise AlreadyActive
    person.is_active = True
    person.save(update_fields=["is_active"])
    emit(PersonReactivated.of(person, actor))
    return person


@operation
def end_sign_ins(*, actor: Actor, person: User) -> User:
    """Close every session, token and socket of somebody, who may sign in anew.

    Emits: SignInsEnded.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.deactivate", person)
    person.end_sign_ins()
    person.save(update_fields=["auth_epoch"])
    emit(SignInsEnded.of(person, actor))
    return person
