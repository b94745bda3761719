"""A message is brought to another place, where that place is no wider than its own."""

from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chat.errors import SameChannel, WiderPlace
from chat.events import MessageBrought, MessageForwarded
from chat.leaks import Leak, leaks_in
from chat.models import Channel, Forward, Message, readers_of, seats_reading
from chat.operations.counting import count_change
from chat.operations.leaving import check_leaving, note_told
from chat.operations.messages import _hat, held, post_message
from chat.pointing import pointers
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from workspaces.clearances import Label, is_lower
from workspaces.models import Member

EXCERPT = 80


@operation
def forward_message(
    *, actor: Actor, message: Message, to: Channel, body: str = "", confirm: bool = False, **said: Any
) -> Message:
    """Bring a message to another channel, with words of one's own above it if one likes.

    Its words come along as they are now and stay as they are. Its files stay here and are pointed at: they open for those who read here.
    Whose they are and where they were said is shown to those alone who read there.

    Args:
        said: what ``post_message`` takes besides.

    Raises:
        NotAllowed: they may not write there.
        NeedsConfirmation: it is marked confidential or seems to hold a secret, and others read there.
        WiderPlace: there people would read what this place keeps from them; says who could change that.
        SameChannel: it is there already.
        InvalidInput: it has neither words of its own nor files.

    Emits: MessagePosted and MessageBrought there, MessageForwarded here.
    """
    message = held(message)
    source = message.channel
    require(actor, "chat.forward", message)
    if to.pk == source.pk:
        raise SameChannel
    if not message.body and not message.attached:
        detail = _("This message has neither words of its own nor files.")
        raise InvalidInput.at("/channel", "wordless", detail)
    check_width(actor, source, to)
    hat = _hat(actor, to)
    leaks = _leaks(actor, message, to)
    is_told = check_leaving(hat, to, leaks, confirm=confirm)
    brought = post_message(actor=actor, channel=to, body=body, confirm=confirm, **said)
    if getattr(brought, "is_repeated", False):
        return brought
    Forward(message=brought, source=message, source_channel=source, forwarded_by=actor.user).save(
        force_insert=True
    )
    words = {
        "html": message.html,
        "words": Truncator(strip_tags(message.html)).chars(EXCERPT),
        "files": message.attached,
        "said_at": message.created_at.isoformat().replace("+00:00", "Z"),
    }
    brought.card = {"forwarded": words}
    Message.objects.filter(pk=brought.pk).update(card=brought.card)
    there = count_change(to, "message.changed", brought.pk)
    emit(MessageBrought.about(brought, hat, there))
    if is_told:
        note_told(brought, hat, leaks)
    here = count_change(source, "message.forwarded", message.pk)
    emit(MessageForwarded.about(message, _hat(actor, source), here))
    return brought


def _leaks(actor: Actor, message: Message, to: Channel) -> list[Leak]:
    """Return what comes along that hardly anybody means to tell: secrets, words that are marked confidential, and
    where to find what is."""
    marked = [Leak.LABEL] if message.channel.classification == Label.CONFIDENTIAL else []
    return [*leaks_in(message.body), *marked, *pointers(actor, to, message.body)]


def check_width(actor: Actor, source: Channel, to: Channel) -> None:
    """Refuse to bring something where people would read it whom its own place keeps out by label or organization."""
    if readers_of(to) <= readers_of(source):
        return
    if source.internal_to is not None and not _all_of(to, source.internal_to_id):
        raise WiderPlace(
            _(
                "“%(channel)s” is internal to %(organization)s, and others read there. %(who)s could open it to them."
            )
            % {"channel": source.name, "organization": source.internal_to, "who": _deciding(actor, source)}
        )
    if is_lower(to.classification, source.classification):
        raise WiderPlace(
            _(
                "“%(channel)s” is marked %(label)s, the other place is not. %(who)s could change the one or the other."
            )
            % {
                "channel": source.name,
                "label": Label(source.classification).label.lower(),
                "who": _deciding(actor, source),
            }
        )


def _all_of(channel: Channel, organization_id: Any) -> bool:
    """Tell whether only people of one organization read a channel, none of them a contact."""
    if channel.is_direct:
        return False
    return not seats_reading(channel).exclude(organization=organization_id, contact=None).exists()


def _deciding(actor: Actor, channel: Channel) -> str:
    """Return the names of those who arrange a channel, of whom the actor may know."""
    seats = Member.objects.visible_to(actor).seated().filter(workspace=channel.workspace_id, contact=None)
    seats = seats.filter(role=Member.Role.MANAGER)
    if channel.internal_to_id:
        seats = seats.filter(organization=channel.internal_to_id)
    names = [one.user.name for one in seats.select_related("user").order_by("user__name")[:3]]
    return ", ".join(names) or str(_("Its managers"))
