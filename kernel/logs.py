"""Logs as JSON lines: what, when, for which request; never what people wrote."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from kernel.acting import current_actor, origin, somebody_acts


def asked(record: logging.LogRecord) -> Any:
    """Return the request that Django says a line is about, if it is about one."""
    return getattr(record, "request", None)


def event_of(record: logging.LogRecord) -> str:
    """Return what happened. An answered request is named by its route: its path may hold a letter's secret."""
    request, status = asked(record), getattr(record, "status_code", None)
    if request is None or status is None:
        return record.getMessage()
    found = getattr(request, "resolver_match", None)
    return f"{status} {request.method} {found.route if found else 'no such address'}"


class JsonFormatter(logging.Formatter):
    """One object a line. A traceback keeps its frames and the error's class, not its words,
    since those may quote what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event_of(record),
            "request_id": origin().request_id or getattr(asked(record), "request_id", ""),
        }
        if somebody_acts():
            actor = current_actor()
            line |= {"user_id": str(actor.user_id or ""), "org_id": str(actor.org_id or ""), "via": actor.via}
        line |= getattr(record, "facts", {})  # given as extra={"facts": {...}}
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames[-12:]]
        return json.dumps(line, ensure_ascii=False)
