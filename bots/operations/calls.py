"""A bot is called from a channel, and says something to whoever called."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bots.errors import NoEndpoint, NotCalledHere
from bots.events import BotCalled
from bots.models import Bot, Call, Endpoint, Skill
from bots.models.calls import LONGEST_ANSWER, LONGEST_WORDS
from bots.operations.bots import _hat
from bots.operations.bots import held as held_bot
from chat.leaks import Leak, leaks_in
from chat.models import Channel, Message, seat_in
from chat.operations.leaving import check_told, note_told
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from realtime import publish
from workspaces.clearances import Label

logger = logging.getLogger("collab.bots")
KEPT_FOR = timedelta(days=30)


@operation
def call_bot(
    *,
    actor: Actor,
    skill: Skill,
    channel: Channel,
    words: str = "",
    message: Message | None = None,
    confirm: bool = False,
) -> Call:
    """Have a bot told that somebody called it: with what they wrote after a command, or with a message that it reads.

    Args:
        confirm: it is meant, also where the message is marked or seems to hold a secret and the bot is another's.

    Raises:
        NotAllowed: they may not write there, or their organization lets nothing of it out.
        NotCalledHere: the bot does not read the channel, or not that message, or does not work.
        NeedsConfirmation: nobody said that it is meant.
        InvalidInput: what they wrote seems to hold a secret, and the bot is another organization's.

    Emits: BotCalled; SecretTold, if that was meant.
    """
    require(actor, "bots.call", channel)
    channel.check_open()
    found = Skill.objects.visible_to(actor).told().heard_in(channel).filter(pk=skill.pk).first()
    if found is None or (message is None) != found.is_command:
        raise NotCalledHere
    bot, hat = found.bot, _hat_in(actor, channel)
    others = [bot.organization.name] if bot.organization_id != hat.org_id else []
    is_told = False
    if message is None:
        _check_words(words, others)
    else:
        if not reads(bot, message):
            raise NotCalledHere
        is_told = check_told(hat, others, leaks_of(message), confirm=confirm)
    call = _made(
        bot, hat, skill_id=found.pk, called=str(found), channel=channel, message=message, words=words
    )
    emit(BotCalled.by(call, hat))
    if is_told and message is not None:
        note_told(message, hat, leaks_of(message))
    return call


@operation
def try_endpoint(*, actor: Actor, bot: Bot) -> Call:
    """Tell the bot's address something that is about nothing, to see whether it hears.

    Raises:
        NoEndpoint: there is none.

    Emits: BotCalled.
    """
    bot = held_bot(actor, bot)
    bot.check_living()
    if not Endpoint.objects.filter(bot=bot).exists():
        raise NoEndpoint
    hat = _hat(actor, bot)
    call = _made(bot, hat, called=str(_("A test")))
    emit(BotCalled.by(call, hat))
    return call


def _made(bot: Bot, actor: Actor, **said: Any) -> Call:
    language = get_language() or "en"
    call = Call(bot=bot, asked_by=actor.user, organization=actor.org, language=language, **said)
    call.save(force_insert=True)
    transaction.on_commit(lambda: _carry(str(call.pk)), using=database(), robust=True)
    return call


def _hat_in(actor: Actor, channel: Channel) -> Actor:
    seat = seat_in(actor, channel)
    return actor.for_org(seat.organization) if seat else actor


def _check_words(words: str, others: Sequence[str]) -> None:
    if len(words) > LONGEST_WORDS:
        raise InvalidInput.at("/line", "too_long", _("That is more than a command takes."))
    found = leaks_in(words) if others else []
    if found:
        detail = _("This holds %(what)s, and %(who)s would get it. Nothing was sent.")
        named = {"what": ", ".join(str(one.label) for one in found), "who": ", ".join(others)}
        raise InvalidInput.at("/line", "secret", detail % named)


def leaks_of(message: Message) -> list[Leak]:
    """Return what a message would give away: secrets, and words that are marked confidential."""
    marked = [Leak.LABEL] if message.channel.classification == Label.CONFIDENTIAL else []
    return [*leaks_in(message.body), *marked]


def reads(bot: Bot, message: Message) -> bool:
    """Tell whether the bot itself reads it today: a channel of another's own, or what was said before its time, it does not."""
    with acting(Actor.person(bot.user, bot.organization)) as speaker:
        rows = Message.objects.visible_to(speaker).filter(pk=message.pk, deleted_at=None)
        return bool(rows.exists())


def _carry(call_id: str) -> None:
    """Hand it to the queue; where the queue is away, the clock finds it in the table."""
    try:
        current_app.send_task("bots.tasks.tell", [call_id], retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("the queue does not answer (%s); the clock will tell the bot", type(error).__name__)


@operation
def answer_call(*, actor: Actor, call: Call, text: str) -> Call:
    """Let the bot say something to whoever called it, and to nobody else; said anew, it takes the place of what it said.

    Raises:
        NotAllowed: it is another's call.
        AnsweredTooLate: half an hour has passed.
        InvalidInput: it says nothing, or too much.
    """
    require(actor, "bots.answer", call)
    call = Call.objects.locked(call.pk)
    if not text.strip():
        raise InvalidInput.at("/text", "blank", _("Say something."))
    if len(text) > LONGEST_ANSWER:
        raise InvalidInput.at("/text", "too_long", _("That is more than an answer takes."))
    call.take_answer(text.strip())
    call.save(update_fields=["answer", "answered_at"])
    show(call)
    return call


def show(call: Call) -> None:
    """Let the screens of whoever called ask what there is to say: the words go to them by HTTP alone."""
    said = {"call": str(call.pk), "channel": str(call.channel_id) if call.channel_id else None}
    where = f"me:{call.asked_by_id}"
    transaction.on_commit(lambda: publish(where, "call.changed", said), using=database(), robust=True)


@operation
def forget_calls(*, actor: Actor) -> int:
    """Forget what was called a month ago; return how many."""
    require(actor, "bots.carry")
    old = Call.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return int(old.exclude(state=Call.State.WAITING).delete()[0])
