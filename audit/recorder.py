"""The row that every event leaves in the outbox, inside the transaction that made it true."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from audit import nudges
from kernel.acting import database, origin
from kernel.events import Event, Recorder, record_with
from kernel.nouns import uuid7
from kernel.operations import correlation_id

# Written by hand: every message posted pays for this statement, and the ORM would double its price.
INSERT = """
    INSERT INTO audit_outbox (id, name, at, actor_id, actor_name, via, org_id, org_name, workspace_id, org_ids,
        subject_type, subject_id, subject_label, payload, request_id, address, device, correlation)
    VALUES """
ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s, %s, %s::jsonb, %s, %s, %s, %s)"


def note(event: Event) -> tuple[Any, ...]:
    actor, here = event.actor, origin()
    kind, subject_id, label = event.subject()
    return (
        uuid7(),
        event.name,
        datetime.now(UTC),
        actor.user_id,
        actor.user.name[:120] if actor.user is not None else "",
        actor.via[:80],
        actor.org_id,
        actor.org.name[:120] if actor.org is not None else "",
        event.workspace_id,
        [str(one) for one in event.org_ids],
        kind,
        subject_id,
        label[:300],
        json.dumps(event.payload(), ensure_ascii=False, default=str),
        here.request_id,
        here.address[:64],
        here.device,
        correlation_id(),
    )


def write(notes: list[tuple[Any, ...]]) -> None:
    alias = database()
    with connections[alias].cursor() as cursor:
        cursor.execute(INSERT + ", ".join([ROW] * len(notes)), [value for one in notes for value in one])
    transaction.on_commit(nudges.nudge, using=alias, robust=True)


record_with(Recorder(note, write))
