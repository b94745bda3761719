"""What a person has said, in the channels they still read."""

from collections.abc import Iterator
from typing import Any

from chat.models import Arrangement, Draft, Follow, Keyword, Message, Reminder, Saved, Scheduled, Shelf
from kernel.actor import Actor
from kernel.copies import keeps

BATCH = 500


@keeps("messages")
def messages(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Message.objects.visible_to(actor).filter(author_id=actor.user_id, deleted_at=None).order_by("id")
    said = mine.values("id", "channel_id", "channel__name", "seq", "body", "created_at", "edited_at")
    yield from said.iterator(chunk_size=BATCH)


@keeps("saved_messages")
def saved(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Saved.objects.visible_to(actor).order_by("id")
    yield from mine.values("message_id", "channel_id", "created_at", "remind_at", "done_at")


@keeps("reminders")
def reminders(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Reminder.objects.visible_to(actor).values("words", "created_at", "remind_at")


@keeps("scheduled_messages")
def scheduled(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Scheduled.objects.visible_to(actor).unsent().order_by("id")
    yield from mine.values("channel_id", "thread_id", "body", "created_at", "send_at", "state")


@keeps("drafts")
def drafts(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Draft.objects.visible_to(actor).written().order_by("id")
    yield from mine.values("channel_id", "thread_id", "body", "at")


@keeps("followed_threads")
def follows(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from (
        Follow.objects.visible_to(actor)
        .on()
        .order_by("id")
        .values("thread_id", "channel_id", "read_seq", "hears")
    )


@keeps("sidebar_sections")
def sections(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Shelf.objects.visible_to(actor).values("id", "name", "place")


@keeps("arranged_channels")
def arranged(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Arrangement.objects.visible_to(actor).order_by("id")
    yield from mine.values("channel_id", "standing", "shelf_id", "is_muted", "hears")


@keeps("keywords")
def keywords(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Keyword.objects.visible_to(actor).values("word")
