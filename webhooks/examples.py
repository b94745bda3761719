"""One resource of each kind, as receivers get it; a test holds them against what really leaves."""

from typing import Any

NORTHWIND = {"id": "019a0000-0000-7000-8000-00000000000a", "name": "Northwind"}
SOUTHBAY = {"id": "019a0000-0000-7000-8000-00000000000c", "name": "Southbay"}
ROOM = "019a0000-0000-7000-8000-00000000000b"
NORA = {"id": "019a0000-0000-7000-8000-000000000001", "name": "Nora", "org": NORTHWIND}
SOL = {"id": "019a0000-0000-7000-8000-000000000002", "name": "Sol", "org": SOUTHBAY}
DAY = "2026-11-27T08:15:30.123456Z"

EXAMPLES: dict[str, dict[str, Any]] = {
    "message": {
        "id": "019a0000-0000-7000-8000-000000000010",
        "seq": 42,
        "channel": "019a0000-0000-7000-8000-000000000011",
        "author": {**SOL, "avatar_url": "", "external": False, "company": ""},
        "body": "The samples leave on **Friday**.",
        "html": "<p>The samples leave on <strong>Friday</strong>.</p>",
        "created_at": DAY,
        "edited_at": None,
        "deleted_at": None,
        "reply_to": None,
        "thread": {"count": 0, "last_reply_at": None},
        "quote": None,
        "pinned_at": None,
        "acknowledgement": None,
        "poll": None,
        "forwarded": None,
        "attachments": [],
        "mentions": [],
        "reactions": [],
    },
    "approval": {
        "id": "019a0000-0000-7000-8000-000000000020",
        "number": "CR-2026-0007",
        "state": "RUNNING",
        "title": "Change of drawing 14",
        "definition": {"key": "change-request", "version": 1},
        "initiator": NORA,
        "acting_org": NORTHWIND,
        "workspace": {"id": ROOM, "name": "Apollo"},
        "form": {"reason": "A thinner wall"},
        "form_rev": 1,
        "round": 1,
        "created_at": DAY,
        "submitted_at": DAY,
        "settled_at": None,
        "parties": [{"id": "supplier", "org": SOUTHBAY, "state": "IN_REVIEW", "outcome": None}],
        "runs": [],
        "comments": [],
        "can": [],
    },
    "workspace": {
        "id": ROOM,
        "name": "Apollo",
        "purpose": "The new pump",
        "classification": "internal",
        "state": "active",
        "host": NORTHWIND,
        "created_at": DAY,
    },
    "participant": {
        "id": "019a0000-0000-7000-8000-000000000030",
        "org": SOUTHBAY,
        "workspace": ROOM,
        "state": "active",
        "policy": {},
        "since": DAY,
    },
    "partnership": {
        "id": "019a0000-0000-7000-8000-000000000040",
        "kind": "supplier",
        "state": "active",
        "host": NORTHWIND,
        "partner": SOUTHBAY,
        "partner_email": "",
        "proposer": NORA,
        "suspended_by": None,
        "reason": "",
        "coordinators": [],
        "created_at": DAY,
        "since": DAY,
    },
    "member": {
        "id": "019a0000-0000-7000-8000-000000000050",
        "user": NORA,
        "email": "someone@company.example",
        "org": NORTHWIND,
        "role": "owner",
        "state": "active",
        "title": "",
        "department": None,
        "manager": None,
        "created_at": DAY,
        "ended_at": None,
    },
}
