"""Before something leaves an organization that hardly anybody means to tell, whoever says it is asked."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from chat.errors import NeedsConfirmation
from chat.events_keeping import SecretTold
from chat.leaks import Leak
from chat.models import Channel, ChannelMember, Message
from chat.queries import audience_of
from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.events import emit
from orgs.models import Membership, Organization

REFUSE = Organization.Secrets.REFUSE


def check_leaving(actor: Actor, channel: Channel, found: Sequence[Leak], *, confirm: bool) -> bool:
    """Return whether something that was found is about to be read by others, and that was confirmed.

    Args:
        actor: under the hat in which they speak.
        found: what a text seems to give away.

    Raises:
        NeedsConfirmation: nobody said that it is meant; names what was found, and who would read it.
        NotAllowed: the organization of whoever speaks lets nothing of it out.
    """
    return check_told(actor, outsiders_of(actor, channel) if found else [], found, confirm=confirm)


def check_told(actor: Actor, others: Sequence[str], found: Sequence[Leak], *, confirm: bool) -> bool:
    """Return the same of others that are named already, whatever the way by which they are told.

    Raises:
        NeedsConfirmation, NotAllowed: as for a message.
    """
    if not (others and found):
        return False
    named = ", ".join(others)
    if _refuses(actor):
        raise NotAllowed(
            "chat.tell_secrets",
            _("Your organization does not let this out: %(what)s. Others would read it: %(who)s.")
            % {"what": _words(found), "who": named},
        )
    if not confirm:
        told = _("This holds %(what)s. Others would read it: %(who)s. Send it only if you mean to.")
        words = told % {"what": _words(found), "who": named}
        raise NeedsConfirmation(
            words, errors=[{"pointer": "/body", "code": one.value, "detail": words} for one in found]
        )
    return True


def _words(found: Sequence[Leak]) -> str:
    return ", ".join(str(one.label) for one in found)


def outsiders_of(actor: Actor, channel: Channel) -> list[str]:
    """Return who of others reads a channel, by organization or company; of a direct one by their own names."""
    if not channel.is_direct:
        audience = audience_of(actor, channel)
        return [*audience.outside, *audience.companies]
    mine = Membership.objects.of(actor).values("organization_id")
    colleagues = Membership.objects.active().filter(organization__in=mine).values("user_id")
    rows = ChannelMember.objects.filter(channel=channel).exclude(user=actor.user_id)
    return list(rows.exclude(user__in=colleagues).values_list("user__name", flat=True).order_by("user__name"))


def _refuses(actor: Actor) -> bool:
    """Tell whether one of the organizations that somebody speaks for is strict; outside of rooms all of theirs count."""
    if actor.org is not None:
        return bool(actor.org.secrets == REFUSE)
    return Membership.objects.of(actor).filter(organization__secrets=REFUSE).exists()


def note_told(message: Message, actor: Actor, found: Sequence[Leak]) -> None:
    """Leave on record that it was meant: what kind of secret, never the secret.

    Emits: SecretTold, in the record of the organization of whoever said it.
    """
    kinds: Any = tuple(one.value for one in found)
    emit(SecretTold.of(message, actor, kinds=kinds))
