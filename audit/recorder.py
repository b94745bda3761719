"""The row that every event leaves in the outbox, inside the transaction that made it true."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from audit import nudges
from kernel.acting import database, origin
from kernel.events import Event, Recorder, record_with
from kernel.nouns import uuid7
from kernel.operations import correlation_id
from kernel.prepared import leave

# Written by hand: every message posted pays for this statement, and the ORM would double its price.
INSERT = """
    INSERT INTO audit_outbox (id, name, at, actor_id, actor_name, via, org_id, org_name, workspace_id, org_ids,
        subject_type, subject_id, subject_label, payload, request_id, address, device, correlation)
    VALUES """
TYPES = (
    "uuid", "text", "timestamptz", "uuid", "text", "text", "uuid", "text", "uuid", "uuid[]",
    "text", "uuid", "text", "jsonb", "text", "text", "text", "uuid",
)  # fmt: skip
ROW = f"({', '.join(['%s'] * len(TYPES))})"


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
        list(event.org_ids),
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
    rows = ", ".join([ROW] * len(notes))
    leave(INSERT + rows, [value for one in notes for value in one], TYPES * len(notes))
    transaction.on_commit(nudges.nudge, using=database(), robust=True)


record_with(Recorder(note, write))
