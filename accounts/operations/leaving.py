"""Leaving for good: asked for, thought over for two weeks, then what names the person is erased."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.errors import LeavingAlready, Staying, StillNeeded
from accounts.events import AccountKept, AccountLeaving, PersonErased
from accounts.models import Copy, ExternalIdentity, Reply, Session, Token, User
from accounts.operations.copying import forget
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.leaving import obstacles
from kernel.operations import operation
from kernel.rules import require

GRACE = timedelta(days=14)
FORMER = "Former person 已离开的人"  # shown to everybody, whatever their language


@operation
def ask_to_leave(*, actor: Actor, person: User) -> User:
    """Close every session, token and socket, and have the account erased when the time to think it over has passed.

    Raises:
        LeavingAlready: it was asked for.
        StillNeeded: nobody else owns an organization, or runs the platform; each place is named.

    Emits: AccountLeaving.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.leave", person)
    if person.leaves_at is not None:
        raise LeavingAlready
    _check_spared(person)
    person.leaves_at = timezone.now() + GRACE
    person.end_sign_ins()
    person.save(update_fields=["leaves_at", "auth_epoch"])
    emit(AccountLeaving.of(person, actor, leaves_at=person.leaves_at))
    return person


@operation
def stay(*, actor: Actor, person: User) -> User:
    """Keep the account after all; sessions and tokens that were closed stay closed.

    Raises:
        Staying: nobody wants to leave.

    Emits: AccountKept.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.leave", person)
    if person.leaves_at is None:
        raise Staying
    person.leaves_at = None
    person.save(update_fields=["leaves_at"])
    emit(AccountKept.of(person, actor))
    return person


@operation
def erase_person(*, actor: Actor, person: User) -> bool:
    """Erase what names the person, once the time has come; run twice, the second finds nothing to do.

    What they wrote stays, as by a former person; the sealed record tells that it forgets them, and does.
    Who has become indispensable meanwhile stays until somebody else takes over.

    Emits: PersonErased, to which other apps answer by ending what they keep.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.erase", person)
    if person.leaves_at is None or person.leaves_at > timezone.now() or any(obstacles(Actor.person(person))):
        return False
    address = person.email
    _forget_belongings(person)
    _forget_who(person)
    emit(PersonErased.of(person, actor, address=address))
    return True


def _check_spared(person: User) -> None:
    found = [
        {"pointer": "", "code": "still_needed", "detail": one} for one in obstacles(Actor.person(person))
    ]
    if found:
        raise StillNeeded(errors=found)


def _forget_belongings(person: User) -> None:
    for copy in Copy.objects.filter(user=person):
        forget(copy)
    Reply.objects.filter(user=person).delete()
    Session.objects.filter(user=person).delete()
    Token.objects.filter(user=person).delete()
    ExternalIdentity.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    for given in (person.groups, person.user_permissions):
        given.clear()
    picture = person.avatar.name
    if picture:
        transaction.on_commit(lambda: default_storage.delete(picture), using=database(), robust=True)


def _forget_who(person: User) -> None:
    person.name, person.email, person.avatar = FORMER, f"former-{person.pk.hex}@erased.invalid", ""
    person.language, person.time_zone, person.theme = "en", "UTC", User.Theme.SYSTEM
    person.last_login = person.leaves_at = None
    person.is_active = person.is_staff = person.is_superuser = person.is_demo = False
    person.set_unusable_password()
    person.end_sign_ins()
    person.save()
