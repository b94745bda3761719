"""The counters of a channel, raised late and in one statement with what they count.

The row is held from here to the commit: whoever posts next waits for no more than this round trip.
"""

from typing import Any
from uuid import UUID

from django.db import connections

from chat.events import Place
from chat.models import Channel, Message
from kernel.acting import database

POST = """
WITH moved AS (
    UPDATE chat_channel SET last_seq = last_seq + 1, last_event_seq = last_event_seq + 1
     WHERE id = %(channel)s RETURNING last_seq, last_event_seq, acl_version
), told AS (
    INSERT INTO chat_channelevent (channel_id, seq, type, message_id, at)
    SELECT %(channel)s, last_event_seq, 'message.posted', %(id)s, %(at)s FROM moved
), put AS (
    INSERT INTO chat_message (id, created_at, channel_id, workspace_id, seq, author_id, organization_id, company,
        body, html, thread_id, mentions, key, digest, reply_count)
    SELECT %(id)s, %(at)s, %(channel)s, %(workspace)s, last_seq, %(author)s, %(organization)s, %(company)s,
        %(body)s, %(html)s, %(thread)s, %(mentions)s::uuid[], %(key)s, %(digest)s, 0 FROM moved
) SELECT last_seq, last_event_seq, acl_version FROM moved
"""

CHANGE = """
WITH moved AS (
    UPDATE chat_channel SET last_event_seq = last_event_seq + 1
     WHERE id = %(channel)s RETURNING last_seq, last_event_seq, acl_version
), told AS (
    INSERT INTO chat_channelevent (channel_id, seq, type, message_id, at)
    SELECT %(channel)s, last_event_seq, %(type)s, %(message)s, now() FROM moved
) SELECT last_seq, last_event_seq, acl_version FROM moved
"""


def put(message: Message) -> Place:
    """Insert a post with the next numbers of its channel, and return where it stands."""
    place = _run(
        POST,
        {
            "id": message.pk,
            "at": message.created_at,
            "channel": message.channel_id,
            "workspace": message.workspace_id,
            "author": message.author_id,
            "organization": message.organization_id,
            "company": message.company,
            "body": message.body,
            "html": message.html,
            "thread": message.thread_id,
            "mentions": [str(one) for one in message.mentions],
            "key": message.key,
            "digest": message.digest,
        },
    )
    message.seq = place.seq
    return place


def count_change(channel: Channel, kind: str, message_id: UUID | None = None) -> Place:
    """Give a change the next event number of its channel."""
    return _run(CHANGE, {"channel": channel.pk, "type": kind, "message": message_id})


def _run(words: str, said: dict[str, Any]) -> Place:
    with connections[database()].cursor() as cursor:
        cursor.execute(words, said)
        return Place(*cursor.fetchone())
