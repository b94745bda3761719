"""How somebody becomes an operator after the first one, and how they cease to be one."""

import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.tokens import digest_of
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from notifications.operations import post_letter
from oversight.errors import AddressTaken, NoOperator, OfferClosed, OwnRights
from oversight.events import OperatorDismissed, OperatorInvited, OperatorJoined, OperatorUninvited
from oversight.models import OperatorInvitation
from oversight.policies import is_operating, operators, require_operator, require_operator_now

VALID_FOR = timedelta(hours=72)


@operation
def invite_operator(*, actor: Actor, email: str) -> OperatorInvitation:
    """Send somebody a letter that makes them an operator; an earlier one to the same address ends.

    Raises:
        NotAllowed: the actor is no operator.
        AddressTaken: there is an account with this address; operators have one for nothing else.

    Emits: OperatorInvited.
    """
    require_operator_now(actor)
    email = email.lower()
    if User.objects.filter(email=email).exists():
        raise AddressTaken
    OperatorInvitation.objects.open().filter(email=email).update(state=OperatorInvitation.State.REVOKED)
    token = secrets.token_urlsafe(32)
    offer = OperatorInvitation.objects.create(
        email=email, digest=digest_of(token), inviter=actor.user, expires_at=timezone.now() + VALID_FOR
    )
    offer.token = token
    context = {
        "url": reverse("operator_invitation", args=[token]),
        "button": str(_("Open the invitation")),
        "inviter": actor.name,
        "hours": int(VALID_FOR.total_seconds() // 3600),
    }
    post_letter(actor=actor, to=email, template="oversight/mail/operator", context=context)
    emit(OperatorInvited.of(offer, actor))
    return offer


@operation
def accept_operator_invitation(*, actor: Actor, token: str, name: str, password: str, language: str) -> User:
    """Make the account of one more operator; of two who press at once, the second finds it closed.

    Raises:
        OfferClosed: used, taken back, expired, or its inviter is no operator any more.
        AddressTaken: somebody has made an account with this address meanwhile.

    Emits: OperatorJoined.
    """
    taken = OperatorInvitation.objects.open().by_token(token)
    if taken.update(state=OperatorInvitation.State.ACCEPTED) != 1:
        raise OfferClosed
    offer = OperatorInvitation.objects.by_token(token).select_related("inviter").get()
    if not is_operating(offer.inviter_id):
        raise OfferClosed
    if User.objects.filter(email=offer.email).exists():
        raise AddressTaken
    validate_password(password, User(email=offer.email, name=name))
    person = User.objects.create_superuser(offer.email, password, name=name, language=language)
    emit(
        OperatorJoined(
            actor=actor,
            inviter_id=offer.inviter_id,
            inviter_name=offer.inviter.name,
            person_id=person.pk,
            person_name=person.name,
        )
    )
    return person


@operation
def revoke_operator_invitation(*, actor: Actor, invitation: OperatorInvitation) -> OperatorInvitation:
    """Raises:
        OfferClosed: it is no longer open.

    Emits: OperatorUninvited.
    """
    require_operator(actor)
    invitation = OperatorInvitation.objects.locked(invitation.pk)
    if not invitation.is_open:
        raise OfferClosed
    invitation.state = OperatorInvitation.State.REVOKED
    invitation.save(update_fields=["state"])
    emit(OperatorUninvited.of(invitation, actor))
    return invitation


@operation
def dismiss_operator(*, actor: Actor, person: User) -> User:
    """Take the rights of an operator away; the account stays, and signs in anew as anybody's.

    Raises:
        NotAllowed: the actor is no operator.
        OwnRights: nobody takes their own.
        NoOperator: they are none.

    Emits: OperatorDismissed.
    """
    list(
        operators().select_for_update().values_list("pk", flat=True)
    )  # two cannot dismiss each other at once
    require_operator_now(actor)
    if person.pk == actor.user_id:
        raise OwnRights
    person = User.objects.locked(person.pk)
    if not person.is_staff:
        raise NoOperator
    person.is_staff = person.is_superuser = False
    person.end_sign_ins()
    person.save(update_fields=["is_staff", "is_superuser", "auth_epoch"])
    emit(OperatorDismissed(actor=actor, person_id=person.pk, person_name=person.name))
    return person
