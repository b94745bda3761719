"""Logs, one line each: what, when, for which request; never what people wrote."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kernel.acting import current_actor, origin, somebody_acts

# Whose lines are written by us, so that their words are known to hold nothing of anybody's.
OURS = (
    "accounts",
    "approvals",
    "audit",
    "chat",
    "collab",
    "kernel",
    "margins",
    "notifications",
    "orgs",
    "presence",
    "realtime",
    "workspaces",
    "webhooks",
    "watching",
    "incidents",
)
FRAMES = 12


def asked(record: logging.LogRecord) -> Any:
    """Return the request that a line is about, if it is about one."""
    return getattr(record, "request", None)


def route_of(request: Any) -> str:
    """Return the pattern that a request fitted: its path may hold a letter's secret."""
    found = getattr(request, "resolver_match", None)
    return found.route if found else "no such address"


def event_of(record: logging.LogRecord) -> str:
    """Return what happened, in words that are safe to keep."""
    request, status = asked(record), getattr(record, "status_code", None)
    if request is not None and status is not None:
        return f"{status} {request.method} {route_of(request)}"
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return _without_words(record)


def _without_words(record: logging.LogRecord) -> str:
    """Return a library's line with numbers and names of errors in it, and no texts: those may quote anybody."""
    said = (
        str(record.msg).strip().partition("\n")[0]
        if isinstance(record.msg, str)
        else type(record.msg).__name__
    )
    try:
        if isinstance(record.args, dict):
            return said % {name: _told(one) for name, one in record.args.items()}
        return said % tuple(_told(one) for one in record.args) if record.args else said
    except (TypeError, ValueError, KeyError):
        return said


def _told(one: object) -> object:
    if isinstance(one, int | float | UUID):
        return one
    return type(one).__name__ if isinstance(one, BaseException) else "…"


def who(record: logging.LogRecord) -> dict[str, str]:
    """Return ids of the person and the organization acted for: as the line says, else of who acts now."""
    named = getattr(record, "actor", None) or getattr(asked(record), "actor", None)
    actor = named or (current_actor() if somebody_acts() else None)
    if actor is None:
        return {}
    return {"user_id": str(actor.user_id or ""), "org_id": str(actor.org_id or ""), "via": actor.via}


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event_of(record),
        "request_id": getattr(asked(record), "request_id", "") or origin().request_id,
    }
    line |= who(record)
    line |= getattr(record, "facts", {})  # given as extra={"facts": {...}}
    if record.exc_info and record.exc_info[0]:
        frames = traceback.extract_tb(record.exc_info[2])
        line["error"] = record.exc_info[0].__name__
        line["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames[-FRAMES:]]
    return line


class JsonFormatter(logging.Formatter):
    """One object a line. A traceback keeps its frames and the error's class, not its words,
    since those may quote what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(line_of(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The same for a person at a terminal: what happened first, the rest as words behind it."""

    def format(self, record: logging.LogRecord) -> str:
        line = line_of(record)
        first = [str(line.pop(name)) for name in ("at", "level", "logger", "event")]
        frames = line.pop("where", [])
        rest = [f"{name}={value}" for name, value in line.items() if value != ""]
        return "\n    ".join([" ".join(first + rest), *frames])
