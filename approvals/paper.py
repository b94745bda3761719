"""What stands on a request's paper: what its page shows to the same organization, and nothing beside it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from approvals.amounts import money, quantity
from approvals.lineage import earlier
from approvals.models import Assignment
from approvals.projection import View
from approvals.queries import bytes_of
from approvals.seals import SEALED, first_unsound
from approvals.shown import DONE, IN_REVIEW, FieldView, PartyView
from approvals.tabular import Sheet, cell_words
from approvals.templatetags.approvals import day, decided_by, grouped
from orgs.models.calendars import Calendar
from ui import moments

Said = dict[str, Any]
MOMENT = "%Y-%m-%d %H:%M"
LAYOUT = 1  # raised when the same content is set otherwise, so that nobody is given an old paper


def content_of(view: View) -> Said:
    """Return it as words, numbers and times written out, in the language that is spoken."""
    return _Sheet(view).content()


def digest_of(content: Said) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class _Sheet:
    def __init__(self, view: View) -> None:
        self.view, self.instance = view, view.instance
        self.side = view.own_org
        self.zone: ZoneInfo = Calendar.objects.of(self.side).tz
        heard = list(view.events().order_by("seq"))
        self.unsound = first_unsound(self.instance, heard)
        self.seals = {
            one.payload["assignment"]: one.payload["seal"]
            for one in heard
            if one.type in SEALED and "seal" in one.payload
        }

    def content(self) -> Said:
        view, instance = self.view, self.instance
        return {
            "layout": LAYOUT,
            "lang": get_language() or "en",
            "words": WORDS(),
            "title": instance.title,
            "kind": instance.definition.name,
            "number": instance.number,
            "state": str(instance.get_state_display()),
            "seen_by": self.side.name,
            "own_view": _("As %(name)s sees it") % {"name": self.side.name},
            "zone": str(self.zone),
            "facts": [[name, value] for name, value in self._facts() if value],
            "fields": [[one.name, written_out(one, self.zone)] for one in view.fields],
            "steps": list(self._steps()),
            "parties": [self._party(one) for one in view.others],
            "chains": self._chains(),
            "broken": self.unsound is not None,
        }

    def _at(self, moment: datetime | None) -> str:
        return moment.astimezone(self.zone).strftime(MOMENT) if moment else ""

    def _facts(self) -> Iterator[tuple[str, str]]:
        view, instance = self.view, self.instance
        if instance.purpose:
            before = earlier(view)
            yield (
                str(instance.get_purpose_display()),
                before.number if before else _("Of what was approved before"),
            )
        yield _("Requested by"), f"{instance.initiator.name} · {instance.acting_org.name}"
        if view.is_host:
            yield _("Handed over to"), view.keeper.name if view.keeper else ""
            yield _("Submitted"), self._at(instance.submitted_at)
            yield _("Workspace"), instance.workspace.name if instance.workspace else ""
            yield _("Settled"), self._at(instance.settled_at)
        yield (
            _("Form"),
            _("Version %(version)s, revision %(rev)s")
            % {"version": instance.version.number, "rev": instance.form_rev}
            if view.takes_part
            else _("Version %(version)s") % {"version": instance.version.number},
        )

    def _steps(self) -> Iterator[Said]:
        for step in self.view.own_steps:
            yield {
                "name": step.name or _("Our answer"),
                "state": str(step.run.get_state_display()),
                "how": decided_by(step.run.mode) if len(step.assignments) > 1 else "",
                "people": [self._person(one) for one in step.assignments],
            }
        for name in self.view.upcoming:
            yield {"name": name, "state": _("Not started"), "how": "", "people": []}

    def _person(self, slot: Assignment) -> Said:
        by = slot.actor.name if slot.actor and slot.actor_id != slot.principal_id else ""
        seal = self.seals.get(str(slot.pk)) if slot.actor_id and slot.decided_at else None
        return {
            "name": slot.principal.name,
            "by": _("decided by %(name)s") % {"name": by} if by else "",
            "said": str(slot.get_state_display()),
            "at": self._at(slot.decided_at),
            "comment": slot.comment,
            "seal": f"{seal['key']} · {seal['sig']}" if seal else "",
            **({"signature": signature_said(slot.signature)} if slot.signature else {}),
        }

    def _party(self, party: PartyView) -> Said:
        said = {IN_REVIEW: _("In review"), DONE: _("Has done its part")}.get(party.state, _("Not asked yet"))
        answered = {"APPROVED": _("Agreed"), "REJECTED": _("Did not agree"), "RETURNED": _("Sent it back")}
        return {
            "name": party.org.name,
            "part": party.name,
            "state": answered.get(party.outcome or "", said),
            "since": self._at(party.since),
            "at": self._at(party.at),
            "said": party.said,
        }

    def _chains(self) -> list[list[str]]:
        """Return the last link of each chain that the side hears."""
        mine = str(self.view.side)
        heads = sorted(self.instance.heads.items())
        return [
            [_("Our own record") if name == mine else _("The record we share"), head]
            for name, head in heads
            if mine in name.split("+")
        ]


def signature_said(signature: Said, signer: str = "") -> Said:
    """Return a signature in words, and the drawing as its bytes; whose seal stands beside it is named there already."""
    drawn = list(bytes_of(UUID(signature["file"]["id"]))) if "file" in signature else None
    words = [signature.get("typed", ""), _("signed by %(name)s") % {"name": signer} if signer else ""]
    return {"words": " · ".join(filter(None, words)), "drawn": drawn}


def written_out(field: FieldView, zone: ZoneInfo) -> str | list[list[str]] | Said:
    """Return a value as text; that of a table as rows, the first of them their names; a signature as it is drawn."""
    value = field.value
    if field.sheet:
        return [[name for name, _is_number in field.sheet.columns], *_lines(field.sheet, zone)]
    match field.type:
        case "money":
            return money(value)
        case "date":
            return moments.written(day(value), "date")
        case "bool":
            return _("Yes") if value else _("No")
        case "select":
            return field.option
        case "org":
            return field.org.name if field.org else ""
        case "int":
            return grouped(value)
        case "file":
            return "\n".join(f"{one['name']} · SHA-256 {one['sha256']}" for one in value)
        case "signature":
            return signature_said(value, value["by"]["name"] if value["by"] else "")
        case "ref":
            return linked(field)
        case "formula":
            return quantity(value)
        case "datetime":
            return _moment(value, zone)
        case "range":
            return " – ".join(moments.written(day(value[end]), "date") for end in ("from", "to"))
    return _plain(value)


def linked(field: FieldView) -> str:
    """Return what a field points at in words: its kind and what it is called."""
    if field.thing is None:
        return _("An object you cannot see")
    return f"{field.thing.called} · {field.thing.name}"


def _lines(sheet: Sheet, zone: ZoneInfo) -> Iterator[list[str]]:
    columns = sheet.table["columns"]
    for row in sheet.rows:
        yield [_cell(one, row.get(one["id"]), zone) for one in columns]


def _cell(column: dict[str, Any], value: Any, zone: ZoneInfo) -> str:
    is_moment = column["type"] == "datetime" and value is not None
    return _moment(value, zone) if is_moment else cell_words(column, value)


def _moment(value: str, zone: ZoneInfo) -> str:
    """Return it as the organization's calendar has it, so that the paper is the same for every reader."""
    return datetime.fromisoformat(value).astimezone(zone).strftime(MOMENT)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        if set(value) == {"amount", "currency"}:
            return money(value)
        return " – ".join(_plain(one) for one in value.values())
    if isinstance(value, list):
        return "\n".join(_plain(one) for one in value)
    return "" if value is None else str(value)


def WORDS() -> Said:  # noqa: N802
    """Return what is printed around it."""
    return {
        "request": _("Request"),
        "timeline": _("Timeline"),
        "partners": _("Partners"),
        "part": _("Part"),
        "since": _("Since"),
        "answered": _("Answered"),
        "sealed": _("What is sealed"),
        "seal": _("Seal"),
        "seals_hold": _("Every decision of this organization shown here is sealed with its key. The seals were checked and hold."),
        "seals_broken": _("A seal on this request does not hold. Ask whoever runs the platform."),
        "inner": _("Who decides at a partner, and how many, is shown to nobody outside."),
        "zone": _("Times in"),
        "verify": _("Whether this is the original"),
        "verify_how": _("Open the address, or scan it, and compare the file with what was made here."),
        "code": _("Code"),
        "page": _("Page {n} of {m}"),
    }  # fmt: skip
