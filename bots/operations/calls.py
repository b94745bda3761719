"""A bot is called from a channel, is told of it under a signature, and says something to whoever called."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from accounts.signing import signed_headers
from bots.errors import NoEndpoint, NotCalledHere
from bots.events import BotCalled
from bots.models import Bot, Call, Endpoint, Scope, Skill
from bots.models.calls import ANSWERED_WITHIN, LONGEST_ANSWER, LONGEST_WORDS
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
from kernel.outgoing import Answer, Unreachable
from kernel.rules import require
from realtime import publish
from workspaces.clearances import Label

logger = logging.getLogger("collab.bots")
LEASE = timedelta(seconds=30)  # well above what one try takes
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Parcel:
    """What leaves: claimed, drawn as the bot may see it, and signed."""

    call: Call
    url: str
    body: bytes
    headers: dict[str, str]


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
        if not _reads(bot, message):
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


def _reads(bot: Bot, message: Message) -> bool:
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
def claim(*, actor: Actor, call_id: UUID) -> Parcel | None:
    """Take a call that is due, as the bot may see now what it is about; None if nothing is to be sent.

    The claim is a lease: whoever dies while sending leaves it due again half a minute later.
    """
    require(actor, "bots.carry")
    rows = (
        Call.objects.due()
        .filter(pk=call_id)
        .select_related("channel", "message__author", "message__organization")
    )
    beside = rows.select_related(
        "bot__user", "bot__organization", "bot__workspace", "asked_by", "organization"
    )
    call = beside.select_for_update(of=("self",), skip_locked=True).first()
    if call is None:
        return None
    endpoint = Endpoint.objects.filter(bot=call.bot_id).first()
    if endpoint is None or not (call.is_test or _may_hear(call)):
        _settle(call, Call.State.WITHHELD)
        call.save(update_fields=["state", "words"])
        _show(call)
        return None
    call.attempts += 1
    call.due_at = timezone.now() + LEASE
    call.save(update_fields=["attempts", "due_at"])
    body = json.dumps(_told(call), cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signed_headers(endpoint.secrets(), call.telling_id, int(timezone.now().timestamp()), body)
    return Parcel(call, endpoint.url, body, {"Content-Type": "application/json", **signed})


def _may_hear(call: Call) -> bool:
    """Tell whether the bot still reads where it was called, and the message it is to get."""
    bot = call.bot
    if bot.state != Bot.State.WORKING or Scope.CALLS not in bot.scopes:
        return False
    if call.message is not None:
        return _reads(bot, call.message)
    assert call.channel is not None  # a test is about nothing, and asked before
    with acting(Actor.person(bot.user, bot.organization)) as speaker:
        return bool(Channel.objects.visible_to(speaker).filter(pk=call.channel.pk).exists())


def _told(call: Call) -> dict[str, Any]:
    """Return what the bot's system gets: who called, from where, and the words that were given to it, no others."""
    path = f"/api/v1/calls/{call.pk}/answer/"
    org = call.organization
    about: dict[str, Any] = {
        "id": str(call.pk),
        "skill": str(call.skill_id) if call.skill_id else None,
        "called": call.called,
        "bot": {"id": str(call.bot_id), "name": call.bot.name},
        "by": {
            "id": str(call.asked_by_id),
            "name": call.asked_by.name,
            "org": {"id": str(org.pk), "name": org.name} if org else None,
        },
        "channel": {"id": str(call.channel_id), "name": call.channel.name} if call.channel else None,
        "words": call.words,
        "message": _shown(call.message) if call.message else None,
        "language": call.language,
        "answer_url": f"{settings.PUBLIC_URL}{path}",
        "answer_until": call.created_at + ANSWERED_WITHIN,
    }
    kind = "bot.tested" if call.is_test else "bot.called"
    return {
        "type": kind,
        "timestamp": call.created_at,
        "workspace": str(call.bot.workspace_id),
        "data": about,
    }


def _shown(message: Message) -> dict[str, Any]:
    org = message.organization
    return {
        "id": str(message.pk),
        "seq": message.seq,
        "author": {
            "id": str(message.author_id),
            "name": message.author.name,
            "org": {"id": str(org.pk), "name": org.name} if org else None,
        },
        "body": message.body,
        "reply_to": str(message.thread_id) if message.thread_id else None,
        "created_at": message.created_at,
    }


@operation
def note_told_bot(
    *, actor: Actor, call: Call, answer: Answer | None, failure: Unreachable | None = None
) -> Call:
    """Keep whether the bot's address took it; where it did not, it is tried again a few times, and then given up."""
    require(actor, "bots.carry")
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    call.status = answer.status if answer else None
    call.duration_ms = int(answer.seconds * 1000) if answer else None
    call.error = failure.code if failure else ""
    pause = call.pause()
    if answer is not None and answer.is_good:
        _settle(call, Call.State.DELIVERED)
    elif pause is None:
        _settle(call, Call.State.FAILED)
        _show(call)
    else:
        call.due_at = timezone.now() + pause
    call.save(update_fields=["state", "words", "due_at", "status", "duration_ms", "error"])
    return call


def _settle(call: Call, state: str) -> None:
    """What somebody wrote to the bot is the bot's business from now on, and no longer kept here."""
    call.state, call.words = state, ""


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
    _show(call)
    return call


def _show(call: Call) -> None:
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
