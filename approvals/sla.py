"""The patience of a step: when it is due, when its people are reminded, what happens when nobody has answered by then.

``{"due": "8bh", "remind": ["-2bh", "1bd"], "overdue": "auto_pass"}``: reminders count from the due time, before or after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approvals import business_time

MOST_REMINDERS = 20
KEYS = {"due", "remind", "overdue"}
ENDINGS = ("auto_pass", "auto_reject", "suspend")
OVERDUE = {"approve": ENDINGS, "handle": ENDINGS}


@dataclass(frozen=True)
class Alarm:
    """``kind`` happens ``offset`` after the due time."""

    kind: str
    n: int
    offset: str


def alarms(said: dict[str, Any]) -> Iterator[Alarm]:
    for place, offset in enumerate(said.get("remind", [])):
        yield Alarm("remind", place, offset)
    if "overdue" in said:
        yield Alarm(said["overdue"], 0, "0m")


def faults(said: Any, node_type: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, as the rest of a JSON pointer and a code."""
    if not isinstance(said, dict):
        yield "", "type"
        return
    for key in set(said) - KEYS:
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        yield f"/{escaped}", "unknown_key"
    if "due" not in said:
        yield "/due", "required"
    elif not is_duration(said["due"]) or business_time.read(said["due"]).amount <= 0:
        yield "/due", "format"
    reminders = said.get("remind", [])
    if not isinstance(reminders, list) or len(reminders) > MOST_REMINDERS:
        yield "/remind", "type" if not isinstance(reminders, list) else "limit"
    else:
        for place, one in enumerate(reminders):
            if not is_duration(one):
                yield f"/remind/{place}", "format"
    if "overdue" in said and said["overdue"] not in OVERDUE.get(node_type, ()):
        yield "/overdue", "not_supported"


def is_duration(said: Any) -> bool:
    return isinstance(said, str) and business_time.DURATION.fullmatch(said) is not None
