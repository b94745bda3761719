"""A bot is told, under a signature, that it was called: claimed, sent and noted."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder

from accounts.signing import signed_headers
from bots.models import Bot, Call, Endpoint, Scope
from bots.models.calls import ANSWERED_WITHIN
from bots.operations.calls import reads, show
from chat.models import Channel, Message
from kernel.acting import acting
from kernel.actor import Actor
from kernel.operations import operation
from kernel.outgoing import Answer, Unreachable
from kernel.rules import require

LEASE = timedelta(seconds=30)  # well above what one try takes


@dataclass(frozen=True)
class Parcel:
    """What leaves: claimed, drawn as the bot may see it, and signed."""

    call: Call
    url: str
    body: bytes
    headers: dict[str, str]


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
        show(call)
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
        return reads(bot, call.message)
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
        show(call)
    else:
        call.due_at = timezone.now() + pause
    call.save(update_fields=["state", "words", "due_at", "status", "duration_ms", "error"])
    return call


def _settle(call: Call, state: str) -> None:
    """What somebody wrote to the bot is the bot's business from now on, and no longer kept here."""
    call.state, call.words = state, ""
