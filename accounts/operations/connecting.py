"""Coming in as whom one is known elsewhere: connected and disconnected by the person, never by an address alike."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import IdentityTaken, LastWayIn
from accounts.events import IdentityConnected, IdentityDisconnected
from accounts.models import ExternalIdentity, User
from accounts.providers import Identity
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require


@operation
def connect_identity(*, actor: Actor, person: User, identity: Identity) -> ExternalIdentity:
    """Let ``person`` come in as ``identity`` from now on.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        IdentityTaken: it opens somebody else's account, or this one has another of the same provider.

    Emits: IdentityConnected, unless it was connected already.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.connect", person)
    require_recent(actor)
    mine = ExternalIdentity.objects.filter(user=person, provider=identity.provider).first()
    if mine is not None and mine.subject == identity.subject:
        return mine
    try:
        with transaction.atomic(using=database()):
            made = ExternalIdentity.objects.create(
                user=person, provider=identity.provider, subject=identity.subject, name=identity.name
            )
    except IntegrityError:
        raise IdentityTaken from None
    emit(IdentityConnected.of(person, actor, provider=identity.provider))
    return made


@operation
def disconnect_identity(*, actor: Actor, identity: ExternalIdentity) -> None:
    """End coming in this way.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        LastWayIn: there is no password to come in with.

    Emits: IdentityDisconnected.
    """
    person = User.objects.locked(identity.user_id)
    require(actor, "accounts.connect", person)
    require_recent(actor)
    if not person.has_usable_password():
        raise LastWayIn
    identity.delete()
    emit(IdentityDisconnected.of(person, actor, provider=identity.provider))


@operation
def note_identity_use(*, actor: Actor, identity: ExternalIdentity) -> None:
    """Keep when somebody last came in this way; the sign-in itself is the event."""
    ExternalIdentity.objects.filter(pk=identity.pk).update(last_used_at=timezone.now())
