"""Saying something, saying it better, and taking it back."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.levels import Level, level_of_seat
from chat.access import is_open_to
from chat.errors import KeyReused, RecallOver
from chat.errors import MessageDeleted as DeletedAlready
from chat.events import MessageDeleted, MessageEdited, MessagePosted, MessageRecalled, Place
from chat.leaks import leaks_in
from chat.mentions import Named, calls_everybody, named_in
from chat.models import Ask, Channel, Message, MessageVersion, Poll, seat_in
from chat.operations.attachments import brought, remove, send_along
from chat.operations.counting import count_change, put, reword
from chat.operations.following import follow_by_answer
from chat.operations.leaving import check_leaving, note_told
from chat.operations.restoring import all_of, put_aside
from chat.pointing import loosened, pointers
from chat.recalling import recallable_until
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import may, require
from ui.words import html_of
from workspaces.models import Member

LONGEST = 20_000
WORDS = ["body", "html", "mentions", "attached", "deleted_at", "quotes", "pinned_at", "pinned_by", "card"]


def post_message(
    *,
    actor: Actor,
    channel: Channel,
    body: str,
    reply_to: Message | None = None,
    mentions: Sequence[UUID] = (),
    attachments: Sequence[UUID] = (),
    quotes: Message | None = None,
    key: UUID | None = None,
    confirm: bool = False,
) -> Message:
    """Say something. With the key of a message that stands already, return that one and write nothing.

    Args:
        reply_to: of the same channel; the answer joins its thread.
        mentions: whom it names, besides those named with an @ in the text; only people of the channel count.
        attachments: what the actor has brought into this channel and not sent yet, ten at most.
        quotes: of the same channel; shown above the words, as it is whenever somebody looks.
        key: the caller's own, for a network that may repeat itself.
        confirm: it is meant, also where it seems to hold a secret, or points at something confidential, and others
            read it.

    Raises:
        NotAllowed: they may only read here, or not call everybody together.
        ChannelArchived: nobody writes here any more.
        KeyReused: the key stands with another text, or names others.
        NeedsConfirmation: it seems to hold a secret, points at something confidential or carries what was, others
            would read it, and nobody said that it is meant.

    Emits: MessagePosted; SecretTold, if that was meant.
    """
    digest = _digest(body, reply_to, mentions, attachments, quotes)
    said: dict[str, Any] = {
        "body": body,
        "reply_to": reply_to,
        "mentions": mentions,
        "attachments": attachments,
        "quotes": quotes,
        "key": key,
        "digest": digest,
        "confirm": confirm,
    }
    if key is None:
        return _post(actor=actor, channel=channel, **said)
    try:
        return _post(actor=actor, channel=channel, **said)
    except (IntegrityError, InvalidInput):  # the key stands already, or its files were sent with it
        with acting(actor):
            first = Message.objects.told().filter(author_id=actor.user_id, key=key).first()
        if first is None:
            raise
        if first.digest != digest or first.channel_id != channel.pk:
            raise KeyReused from None
        first.is_repeated = True  # type: ignore[attr-defined]
        return first


def _digest(
    body: str,
    reply_to: Message | None,
    mentions: Sequence[UUID],
    attachments: Sequence[UUID],
    quotes: Message | None,
) -> str:
    named = " ".join([*sorted(str(one) for one in set(mentions)), *map(str, attachments)])
    said = f"{reply_to.pk if reply_to else ''} {named}{f' > {quotes.pk}' if quotes else ''}\n{body}"
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


@operation
def _post(
    *,
    actor: Actor,
    channel: Channel,
    body: str,
    reply_to: Message | None,
    mentions: Sequence[UUID],
    attachments: Sequence[UUID],
    quotes: Message | None,
    key: UUID | None,
    digest: str,
    confirm: bool,
) -> Message:
    seat = seat_in(actor, channel)
    _require_words(actor, channel, seat, rule="chat.answer" if reply_to else "chat.post")
    along = brought(actor, channel, attachments)
    hat = actor.for_org(seat.organization) if seat else actor
    _require_right_to_call(actor, channel, body)
    leaks = [*leaks_in(body), *pointers(actor, channel, body), *loosened(along, channel)]
    is_told = check_leaving(hat, channel, leaks, confirm=confirm)
    named = named_in(channel, mentions, body)
    message = Message(
        channel=channel,
        workspace_id=channel.workspace_id,
        author=actor.user,
        organization=hat.org,
        company=seat.contact.company if seat and seat.contact else "",
        body=body,
        html=_drawn(body, named),
        thread_id=(reply_to.thread_id or reply_to.pk) if reply_to else None,
        quotes=quotes,
        mentions=sorted((named.meant(body) - {actor.user_id}) | (set(mentions) & named.people.keys())),
        key=key,
        digest=digest if key else "",
        attached=[row.told() for row in along],
    )
    place = put(message)
    if along:
        send_along(message, along)
    if quotes is not None:  # most quote nothing, and do not pay for it
        Message.objects.filter(pk=message.pk).update(quotes=quotes)
    if message.thread_id:
        root = Message.objects.filter(pk=message.thread_id)
        root.update(reply_count=F("reply_count") + 1, last_reply_at=message.created_at)
        follow_by_answer(message, message.mentions)
    facts = {"thread_id": message.thread_id, "mentions": tuple(message.mentions), "key": key}
    emit(MessagePosted.about(message, hat, place, **facts))
    if is_told:
        note_told(message, hat, leaks)
    return message


def _require_words(actor: Actor, channel: Channel, seat: Member | None, *, rule: str) -> None:
    """Ask the rule without asking for the seat twice: every post pays for this."""
    writes = seat is not None and is_open_to(seat, channel) and level_of_seat(seat) >= Level.COMMENT
    is_plain = rule == "chat.answer" or not channel.is_announcing
    if not (writes and is_plain) and not may(actor, rule, channel):
        is_known = Channel.objects.visible_to(actor).filter(pk=channel.pk).exists()
        raise NotAllowed(rule) if is_known else NotVisible
    channel.check_open()


def _require_right_to_call(actor: Actor, channel: Channel, body: str) -> None:
    if calls_everybody(body) and not may(actor, "chat.mention_all", channel):
        raise NotAllowed(
            "chat.mention_all",
            _("Only editors and managers call everybody together. Name people or an organization instead."),
        )


def _drawn(body: str, named: Named) -> str:
    places = {f"#{name}": f"/channels/{key}/" for key, name in named.channels.items()}
    return html_of(body, named.people, together=named.together(body), places=places)


def held(message: Message) -> Message:
    """Return the message as it is now, held until the transaction ends.

    Raises:
        MessageDeleted: only its place is left.
    """
    rows = Message.objects.select_related("channel__workspace", "author", "organization")
    found = rows.select_for_update(of=("self",)).get(pk=message.pk)
    if found.deleted_at is not None:
        raise DeletedAlready
    return found


@operation
def edit_message(*, actor: Actor, message: Message, body: str, confirm: bool = False) -> Message:
    """Change one's own words; everybody sees that they were changed, and can read what they were.

    Whom the text named is who it names now; those named beside it stay named.

    Raises:
        NeedsConfirmation: as for a new one, where it did not seem to hold a secret before.

    Emits: MessageEdited, if something changed; SecretTold, if that was meant.
    """
    message = held(message)
    require(actor, "chat.edit", message)
    message.channel.check_open()
    if body == message.body:
        return message
    if not body.strip() and not message.attached:
        raise InvalidInput.at("/body", "blank", _("Write something."))
    hat = _hat(actor, message.channel)
    leaks = [one for one in leaks_in(body) if one not in leaks_in(message.body)]
    leaks += pointers(actor, message.channel, body, before=message.body)
    is_told = check_leaving(hat, message.channel, leaks, confirm=confirm)
    MessageVersion.objects.bulk_create(
        [
            MessageVersion(
                message=message,
                channel=message.channel,
                body=message.body,
                html=message.html,
                said_at=message.edited_at or message.created_at,
            )
        ]
    )
    before = set(message.mentions)
    if not calls_everybody(message.body):
        _require_right_to_call(actor, message.channel, body)
    were = named_in(message.channel, message.mentions, message.body)
    named = named_in(message.channel, message.mentions, body)
    beside = (before - were.meant(message.body)) & named.people.keys()
    message.mentions = sorted(beside | (named.meant(body) - {actor.user_id}))
    message.body, message.html, message.edited_at = body, _drawn(body, named), timezone.now()
    message.save(update_fields=["body", "html", "mentions", "edited_at"])
    reword(message)
    place = count_change(message.channel, "message.edited", message.pk)
    if message.thread_id and not before.issuperset(message.mentions):
        follow_by_answer(message, message.mentions)
    facts = {
        "thread_id": message.thread_id,
        "newly_named": tuple(one for one in message.mentions if one not in before),
    }
    emit(MessageEdited.about(message, hat, place, **facts))
    if is_told:
        note_told(message, hat, leaks)
    return message


@operation
def delete_message(*, actor: Actor, message: Message) -> Message:
    """Take the words away, earlier ones too; the place stays, so that numbers and threads stay whole.

    What a legal hold covers is kept for those who read the organization's record, and for nobody else. Its author can put
    it back for a few seconds (``restore_message``).

    Emits: MessageDeleted.
    """
    message = held(message)
    require(actor, "chat.delete", message)
    kept = all_of(message) if message.author_id == actor.user_id else None
    place = _empty(message, kept=kept)
    whose = {"author_id": message.author_id, "author_name": message.author.name}
    emit(MessageDeleted.about(message, _hat(actor, message.channel), place, **whose))
    return message


@operation
def recall_message(*, actor: Actor, message: Message) -> str:
    """Take one's own words back soon after, from everybody; return them, to their author alone.

    Raises:
        RecallOver: what the author's organization and the room's host allow has passed.

    Emits: MessageRecalled.
    """
    message = held(message)
    require(actor, "chat.recall", message)
    if recallable_until(message) is None:
        raise RecallOver
    words = message.body
    place = _empty(message, {"recalled": True})
    emit(MessageRecalled.about(message, _hat(actor, message.channel), place))
    return words


def _empty(message: Message, card: dict[str, Any] | None = None, kept: dict[str, Any] | None = None) -> Place:
    """Take away all that it said and carried; screens hear of both ways of that as a deletion.

    Args:
        kept: what its author may put back for a moment; without it nothing stays.
    """
    ((is_held,),) = execute("SELECT priv.keep_held(%s)", [message.pk], ("uuid",))
    message.body = message.html = ""
    message.mentions, message.attached, message.deleted_at = [], [], timezone.now()
    message.quotes = message.pinned_at = message.pinned_by = None
    message.card = card
    message.save(update_fields=WORDS)
    reword(message)
    message.versions.all().delete()
    remove(list(message.attachments.all()), keep_bytes=is_held or kept is not None)
    if kept is None:
        message.reactions.all().delete()
    else:
        put_aside(message, kept, is_held=is_held)
    Ask.objects.filter(message=message).delete()
    Poll.objects.filter(message=message).delete()
    return count_change(message.channel, "message.deleted", message.pk)


def _hat(actor: Actor, channel: Channel) -> Actor:
    seat = seat_in(actor, channel)
    return actor.for_org(seat.organization) if seat else actor
