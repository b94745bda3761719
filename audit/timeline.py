"""An entry as the page shows it: a line, and on request everything it holds."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.sentences import actor_of, marked_sentence, object_of, payload_of

ICONS = {
    "access": "key-round",
    "accounts": "log-in",
    "approvals": "stamp",
    "audit": "scroll-text",
    "chat": "message-square",
    "incidents": "siren",
    "margins": "notebook-pen",
    "orgs": "building-2",
    "watching": "eye",
    "webhooks": "webhook",
    "workspaces": "layout-grid",
    "": "cog",
}
# What one may narrow a record to.
APPS = [
    {"app": "chat", "icon": ICONS["chat"], "label": _("Messages")},
    {"app": "approvals", "icon": ICONS["approvals"], "label": _("Approvals")},
    {"app": "workspaces", "icon": ICONS["workspaces"], "label": _("Workspaces")},
    {"app": "access", "icon": ICONS["access"], "label": _("Access")},
    {"app": "orgs", "icon": ICONS["orgs"], "label": _("Organizations")},
    {"app": "accounts", "icon": ICONS["accounts"], "label": _("Sign-in")},
]


@dataclass(frozen=True)
class Change:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Line:
    entry: Entry
    home: UUID | None  # the organization of the one who looks: others get a badge

    @cached_property
    def sentence(self) -> SafeString:
        return marked_sentence(self.entry)

    @property
    def person(self) -> dict[str, Any] | None:
        entry = self.entry
        return {"pk": entry.actor_id, "name": actor_of(entry)} if entry.actor_id else None

    @property
    def subject(self) -> str:
        return object_of(self.entry)

    @property
    def org(self) -> dict[str, Any] | None:
        entry = self.entry
        return {"pk": entry.org_id, "name": entry.org_name} if entry.org_id else None

    @property
    def is_outside(self) -> bool:
        return self.entry.org_id is not None and self.entry.org_id != self.home

    @property
    def icon(self) -> str:
        return ICONS.get(self.entry.name.partition(".")[0], ICONS[""])

    @property
    def hash(self) -> str:
        return bytes(self.entry.hash).hex()

    @property
    def prev(self) -> str:
        return bytes(self.entry.prev).hex()

    @property
    def changes(self) -> list[Change]:
        """Return what an event says was different before and after."""
        payload = self.entry.payload
        before, after = payload.get("before"), payload.get("after")
        if isinstance(before, dict) and isinstance(after, dict):
            return [
                Change(field, before.get(field), after.get(field)) for field in sorted({**before, **after})
            ]
        if "before" in payload and "after" in payload:
            return [Change(str(payload.get("field", "")), before, after)]
        return []

    @property
    def details(self) -> list[tuple[str, Any]]:
        told = {"before", "after"} if self.changes else set()
        return [(name, value) for name, value in sorted(payload_of(self.entry).items()) if name not in told]


@dataclass(frozen=True)
class Day:
    day: date
    lines: list[Line]


def days_of(lines: list[Line]) -> list[Day]:
    """Group lines by the reader's days."""
    grouped = groupby(lines, key=lambda line: timezone.localdate(line.entry.at))
    return [Day(day, list(those)) for day, those in grouped]
