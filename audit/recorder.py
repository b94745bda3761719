"""The row that every event leaves in the outbox, inside the transaction that made it true."""

from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import transaction

from audit import nudges
from kernel.acting import database, origin
from kernel.events import Event, Recorder, record_with
from kernel.nouns import uuid7
from kernel.operations import correlation_id
from kernel.prepared import leave

# Written by hand: every message posted pays for this statement, and the ORM would double its price. The rows go over as one
# value, which a connection has not to be told anew for each number of them.
COLUMNS = (
    "id, name, at, actor_id, actor_name, via, org_id, org_name, workspace_id, org_ids, "
    "subject_type, subject_id, subject_label, payload, request_id, address, device, correlation"
)
INSERT = f"""
    INSERT INTO audit_outbox ({COLUMNS}) SELECT {COLUMNS} FROM jsonb_populate_recordset(NULL::audit_outbox, %s)
"""  # noqa: S608  column names of our own
AS_JSON = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def note(event: Event) -> dict[str, Any]:
    actor, here = event.actor, origin()
    kind, subject_id, label = event.subject()
    return {
        "id": uuid7(),
        "name": event.name,
        "at": datetime.now(UTC),
        "actor_id": actor.user_id,
        "actor_name": actor.user.name[:120] if actor.user is not None else "",
        "via": actor.via[:80],
        "org_id": actor.org_id,
        "org_name": actor.org.name[:120] if actor.org is not None else "",
        "workspace_id": event.workspace_id,
        "org_ids": event.org_ids,
        "subject_type": kind,
        "subject_id": subject_id,
        "subject_label": label[:300],
        "payload": event.payload(),
        "request_id": here.request_id,
        "address": here.address[:64],
        "device": here.device,
        "correlation": correlation_id(),
    }


def write(notes: list[dict[str, Any]]) -> None:
    leave(INSERT, [orjson.dumps(notes, default=str, option=AS_JSON).decode()], ("jsonb",))
    transaction.on_commit(nudges.nudge, using=database(), robust=True)


record_with(Recorder(note, write))
