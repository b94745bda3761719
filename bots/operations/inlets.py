"""Addresses at which a bot speaks: opened, renewed, closed; and what comes in there is said in its channel."""

import re
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from bots.errors import BotMayNotWrite, BotRests
from bots.events import InletClosed, InletOpened, InletPaused, InletRenewed, InletResumed
from bots.models import Bot, Inlet, InletRefusal, InletThread, Scope
from bots.models.inlets import KEPT_REFUSALS
from bots.operations.bots import _hat
from bots.operations.bots import held as held_bot
from chat.models import Channel, Message, readers_of
from chat.operations import post_message
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require

MOST = 20  # of one bot
_LINK = re.compile(r"<(https?://[^\s<>|]+)(?:\|([^<>]*))?>")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")


@operation
def open_inlet(*, actor: Actor, bot: Bot, channel: Channel, name: str) -> Inlet:
    """Open an address at which ``bot`` speaks in ``channel``; ``inlet.secret`` stands in it, this once.

    Raises:
        NotAllowed: they do not decide for the bot's organization, or do not write in the channel.
        BotMayNotWrite: its scopes do not let it write.
        BotRests, BotEnded: it does not work.
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: the bot does not read the channel, or has too many.

    Emits: InletOpened.
    """
    bot = held_bot(actor, bot)
    bot.check_works()
    require(actor, "chat.answer", channel)
    require_recent(actor)
    channel.check_open()
    if Scope.WRITE not in bot.scopes:
        raise BotMayNotWrite
    if channel.workspace_id != bot.workspace_id or bot.user_id not in readers_of(channel):
        raise InvalidInput.at(
            "/channel", "unread", _("The bot does not read this channel. Add it there first.")
        )
    if Inlet.objects.filter(bot=bot).count() >= MOST:
        raise InvalidInput.at("", "too_many", _("A bot has at most 20 addresses."))
    inlet = Inlet(bot=bot, channel=channel, name=_named(name), created_by=actor.user)
    inlet.draw_secret()
    inlet.save(force_insert=True)
    emit(InletOpened.at(inlet, _hat(actor, bot)))
    return inlet


@operation
def renew_inlet(*, actor: Actor, inlet: Inlet, at_once: bool = False) -> Inlet:
    """Give it another address; the one before works for 24 hours more, or ends ``at_once``.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: InletRenewed.
    """
    inlet = _held(actor, inlet)
    require_recent(actor)
    inlet.draw_secret(at_once=at_once)
    inlet.save(update_fields=["digest", "old_digest", "old_until"])
    emit(InletRenewed.at(inlet, _hat(actor, inlet.bot), at_once=at_once))
    return inlet


@operation
def pause_inlet(*, actor: Actor, inlet: Inlet) -> Inlet:
    """Take nothing in there; what comes meanwhile is refused, and not kept.

    Emits: InletPaused.
    """
    inlet = _held(actor, inlet)
    inlet.pause()
    inlet.save(update_fields=["paused_at"])
    emit(InletPaused.at(inlet, _hat(actor, inlet.bot)))
    return inlet


@operation
def resume_inlet(*, actor: Actor, inlet: Inlet) -> Inlet:
    """Emits: InletResumed."""
    inlet = _held(actor, inlet)
    inlet.resume()
    inlet.save(update_fields=["paused_at"])
    emit(InletResumed.at(inlet, _hat(actor, inlet.bot)))
    return inlet


@operation
def close_inlet(*, actor: Actor, inlet: Inlet) -> None:
    """Close it for good, its address with it; what was said stays.

    Emits: InletClosed.
    """
    inlet = _held(actor, inlet)
    emit(InletClosed.at(inlet, _hat(actor, inlet.bot)))
    Inlet.objects.filter(pk=inlet.pk).delete()


@operation
def speak_through(
    *, actor: Actor, inlet: Inlet, body: str, thread: str = "", key: UUID | None = None
) -> Message:
    """Say in the channel what came in; the first of a ``thread`` begins it, the next ones answer there.

    Args:
        actor: the bot itself, whose right to write there is asked as for anything it says.
        body: Markdown.
        key: the caller's own, for a network that may repeat itself.

    Raises:
        InletRests, BotRests: it is paused, or its bot is.
        NotAllowed, ChannelArchived: as for any message.

    Emits: MessagePosted.
    """
    require(actor, "bots.speak", inlet)
    rows = Inlet.objects.select_related("bot__user", "channel__workspace")
    known = rows.select_for_update(of=("self",), no_key=True).filter(pk=inlet.pk).first()
    if known is None:  # it has no seat, or does not read the channel any more
        raise BotRests
    inlet = known
    inlet.check_open()
    begun = InletThread.objects.filter(inlet=inlet, key=thread).select_related("message") if thread else ()
    root = next((one.message for one in begun), None)
    message = post_message(actor=actor, channel=inlet.channel, body=body, reply_to=root, key=key)
    if thread and root is None and not getattr(message, "is_repeated", False):
        InletThread(inlet=inlet, key=thread, message=message).save(force_insert=True)
    Inlet.objects.filter(pk=inlet.pk).update(last_used_at=timezone.now())
    return message


@operation
def note_refused(*, actor: Actor, inlet: Inlet, code: str, status: int) -> None:
    """Keep why something was not said, for those who look for the mistake; the last twenty."""
    require(actor, "bots.note_refused", inlet)
    InletRefusal(inlet=inlet, code=code[:40], status=status).save(force_insert=True)
    kept = list(inlet.refused.values_list("pk", flat=True)[:KEPT_REFUSALS])
    inlet.refused.exclude(pk__in=kept).delete()


def plain(text: str) -> str:
    """Return words that are no Markdown as Markdown that shows them: marks of other chats are letters, links stay."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        parts.append(_MARKS.sub(r"\\\1", text[at : found.start()]))
        label = _MARKS.sub(r"\\\1", found[2] or "")
        parts.append(f"[{label}]({found[1]})" if label else found[1])
        at = found.end()
    return "".join([*parts, _MARKS.sub(r"\\\1", text[at:])])


def _held(actor: Actor, inlet: Inlet) -> Inlet:
    """Return it as it is now, its bot held before it, once somebody may manage that."""
    bot = held_bot(actor, inlet.bot)
    found: Inlet = Inlet.objects.select_related("channel").locked(inlet.pk)
    found.bot = bot
    return found


def _named(said: str) -> str:
    if not tidy(said):
        raise InvalidInput.at("/name", "blank", _("Give it a name."))
    return tidy(said)
