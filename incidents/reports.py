"""What a report says: to one's own organization all of it, to partners what was written for them."""

from datetime import UTC, datetime
from typing import Any

from audit.models import Chain, Checkpoint, Entry
from audit.sentences import actor_of, object_of, sentence
from incidents.models import Incident, Report, Task
from incidents.timeline import Item, Timeline

MOST = 1000  # lines of a timeline
TEXTS = ("summary", "impact", "measures", "lessons")


def said_of(incident: Incident, audience: str) -> dict[str, Any]:
    """Return the words of a report, as JSON knows them.

    What partners read holds no notes, no alerts, nobody that it concerns and no entry of any record.
    """
    findings = incident.findings
    said: dict[str, Any] = {
        "v": 1,
        "audience": audience,
        "incident": {
            "id": str(incident.pk),
            "number": incident.number,
            "org": incident.organization.name,
            "title": incident.title,
            "kind": incident.kind,
            "severity": incident.severity,
            "state": incident.state,
            "opened_at": _at(incident.created_at),
        },
    } | {name: getattr(findings, name) for name in TEXTS}
    if audience == Report.Audience.PARTNERS:
        return said
    items = list(Timeline(incident).all(MOST))
    return said | {
        "what": findings.what,
        "begins_at": _at(findings.begins_at),
        "ends_at": _at(findings.ends_at),
        "about": [{"type": one.kind, "name": one.label} for one in _about(incident)],
        "tasks": [_task(one) for one in incident.tasks.select_related("side", "assignee", "done_by")],
        "timeline": [_line(one) for one in reversed(items)],
        "checkpoints": checkpoints_of(items),
    }


def _about(incident: Incident) -> Any:
    return incident.joined.select_related("alert__user", "hold__user", "person", "workspace", "partner")


def _task(task: Task) -> dict[str, Any]:
    return {
        "usual": task.usual,
        "title": task.title,
        "side": task.side.name,
        "assignee": task.assignee.name if task.assignee else "",
        "due_at": _at(task.due_at),
        "done_at": _at(task.done_at),
        "done_by": task.done_by.name if task.done_by else "",
        "note": task.note,
    }


def _line(item: Item) -> dict[str, Any]:
    if item.note is not None:
        return {"at": _at(item.note.at), "note": item.note.text, "by": item.note.author.name}
    assert item.entry is not None
    pin = {"pinned": item.pin.note, "pinned_by": item.pin.pinned_by.name} if item.pin else {}
    return entry_of(item.entry) | pin


def entry_of(entry: Entry) -> dict[str, Any]:
    """Return an entry with what proves it: its place in a record, and the hashes of itself and of the one before."""
    return {
        "at": _at(entry.at),
        "record": record_of(entry.chain),
        "seq": entry.seq,
        "action": entry.name,
        "actor": actor_of(entry),
        "org": entry.org_name,
        "object": object_of(entry),
        "sentence": sentence(entry),
        "prev": bytes(entry.prev).hex(),
        "hash": bytes(entry.hash).hex(),
    }


def record_of(chain: Chain) -> str:
    return f"{chain.kind}:{chain.noun_id}"


def checkpoints_of(items: list[Item]) -> list[dict[str, Any]]:
    """Return, of each record that is told from, the first checkpoint that covers what is told, as a signed note.

    A record without one has grown since it was last signed: sign a checkpoint, and ask again.
    """
    last: dict[Chain, int] = {}
    for entry in (item.entry for item in items if item.entry):
        last[entry.chain] = max(entry.seq, last.get(entry.chain, 0))
    standing = Checkpoint.objects.filter(chain__in=list(last), contradicts=None).select_related("key")
    rows = list(standing.prefetch_related("countersignatures__key").order_by("size"))
    found = {
        chain: next((one for one in rows if one.chain_id == chain.pk and one.size >= seq), None)
        for chain, seq in last.items()
    }
    return [
        {"record": record_of(chain), "size": one.size if one else None, "note": one.note if one else None}
        for chain, one in sorted(found.items(), key=lambda pair: record_of(pair[0]))
    ]


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
