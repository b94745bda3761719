"""The counters of a channel, raised late and in one statement with what they count.

The row is held from here to the commit. A post travels with its commit, so that whoever posts next into the channel waits
for the database alone, and for no way to it and back.
"""

import json
from typing import Any
from uuid import UUID

from chat.events import Place
from chat.models import Channel, Message
from chat.terms import marks_of, said_in, words_of
from kernel.errors import NotVisible
from kernel.prepared import execute, leave

POST = """
WITH moved AS (
    UPDATE chat_channel SET last_seq = last_seq + 1, last_event_seq = last_event_seq + 1
     WHERE id = %s RETURNING id, last_seq, last_event_seq, acl_version
), said AS (
    SELECT %s AS id, %s AS at
), told AS (
    INSERT INTO chat_channelevent (channel_id, seq, type, message_id, at)
    SELECT moved.id, last_event_seq, 'message.posted', said.id, said.at FROM moved, said
), put AS (
    INSERT INTO chat_message (channel_id, id, created_at, seq, workspace_id, author_id, organization_id, company,
        body, html, thread_id, mentions, key, digest, attached, words, reply_count)
    SELECT priv.there(moved.id), said.id, said.at, last_seq, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
           priv.words(%s, %s), 0
      FROM said LEFT JOIN moved ON true
) SELECT last_seq, last_event_seq, acl_version FROM moved
"""
POST_TYPES = (
    "uuid", "uuid", "timestamptz", "uuid", "uuid", "uuid", "text", "text", "text", "uuid", "uuid[]", "uuid", "text",
    "jsonb", "text", "text[]",
)  # fmt: skip

CHANGE = """
WITH moved AS (
    UPDATE chat_channel SET last_event_seq = last_event_seq + 1
     WHERE id = %s RETURNING id, last_seq, last_event_seq, acl_version
), told AS (
    INSERT INTO chat_channelevent (channel_id, seq, type, message_id, at)
    SELECT moved.id, last_event_seq, %s, %s, now() FROM moved
) SELECT last_seq, last_event_seq, acl_version FROM moved
"""
CHANGE_TYPES = ("uuid", "text", "uuid")

REWORD = "UPDATE chat_message SET words = priv.words(%s, %s) WHERE id = %s"
REWORD_TYPES = ("text", "text[]", "uuid")
FORGET = "UPDATE chat_message SET words = priv.words('', '{}') WHERE id = ANY (%s)"


def put(message: Message) -> Place:
    """Insert a post with the next numbers of its channel; where it stands is known once that has travelled.

    Raises:
        NotVisible: from the operation, where the database hides the channel from who acts.
    """
    values = [
        message.channel_id, message.pk, message.created_at, message.workspace_id, message.author_id,
        message.organization_id, message.company, message.body, message.html, message.thread_id,
        message.mentions, message.key, message.digest, json.dumps(message.attached),
        *_found_by(message),
    ]  # fmt: skip
    place = Place()

    def stand(rows: list[Any]) -> None:
        place.settle(*rows[0])
        message.seq = place.seq

    leave(POST, values, POST_TYPES, stand)
    return place


def reword(message: Message) -> None:
    """Let search find a message by what it says now."""
    leave(REWORD, [*_found_by(message), message.pk], REWORD_TYPES)


def forget_words(keys: list[UUID]) -> None:
    """Let search find messages by nothing."""
    leave(FORGET, [keys], ("uuid[]",))


def _found_by(message: Message) -> tuple[str, list[str]]:
    said = said_in(message.body, message.attached)
    return words_of(said), marks_of(message.html, message.attached)


def count_change(channel: Channel, kind: str, message_id: UUID | None = None) -> Place:
    """Give a change the next event number of its channel."""
    return _place(execute(CHANGE, [channel.pk, kind, message_id], CHANGE_TYPES))


def _place(rows: list[Any]) -> Place:
    """Return what the channel's row said; without one the database hides the channel from who acts."""
    if not rows:
        raise NotVisible
    return Place().settle(*rows[0])
