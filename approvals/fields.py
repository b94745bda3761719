"""What a request's form holds: each value read once, strictly, as the definition's field says."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals import formulas
from kernel.gate import check_text
from ui import things

MAX_TEXT = 10_000
MAX_ROWS = 500
MAX_FILES = 10
MAX_TYPED = 120
_DECIMAL = re.compile(r"-?\d{1,24}(\.\d{1,12})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_BIG = 2**53


class Unfit(Exception):
    """A value that is not what its field takes."""

    def __init__(self, words: Any, code: str = "invalid") -> None:
        super().__init__(code)
        self.words, self.code = words, code


def text(field: dict[str, Any], said: Any) -> str:
    if not isinstance(said, str):
        raise Unfit(_("A text is expected."), "type")
    check_text(said, f"/form/{field['id']}")
    if len(said) > MAX_TEXT:
        raise Unfit(_("This text is too long."), "too_long")
    return said.strip()


def whole(field: dict[str, Any], said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int):
        raise Unfit(_("A whole number is expected."), "type")
    if abs(said) >= _BIG:
        raise Unfit(_("This number is too large."), "out_of_range")
    return said


def decimal(field: dict[str, Any], said: Any) -> str:
    if not isinstance(said, str):
        raise Unfit(_("A decimal number is expected, written as a text."), "type")
    if not _DECIMAL.fullmatch(said):
        raise Unfit(_("A decimal number is expected, such as 12.5."))
    return said


def money(field: dict[str, Any], said: Any) -> dict[str, str]:
    if not isinstance(said, dict) or set(said) != {"amount", "currency"}:
        raise Unfit(_("An amount and a currency are expected."), "type")
    amount, currency = said["amount"], said["currency"]
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise Unfit(_("An amount is expected, such as 1280.00."))
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise Unfit(_("A currency is expected, such as CNY."))
    return {"amount": amount, "currency": currency}


def day(field: dict[str, Any], said: Any) -> str:
    if not isinstance(said, str):
        raise Unfit(_("A date is expected."), "type")
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise Unfit(_("A date is expected, such as 2026-11-30.")) from None


def moment(field: dict[str, Any], said: Any) -> str:
    """A moment with its offset; kept in UTC, so that the same one is written in one way."""
    if not isinstance(said, str):
        raise Unfit(_("A date and time is expected."), "type")
    try:
        found = datetime.fromisoformat(said)
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        raise Unfit(
            _("A date and time with its offset is expected, such as 2026-11-30T14:30+08:00.")
        ) from None


def period(field: dict[str, Any], said: Any) -> dict[str, str]:
    """From one day to another, both included."""
    if not isinstance(said, dict) or set(said) != {"from", "to"}:
        raise Unfit(_("A first and a last day are expected."), "type")
    first, last = day(field, said["from"]), day(field, said["to"])
    if last < first:
        raise Unfit(_("The last day comes before the first."), "out_of_range")
    return {"from": first, "to": last}


def choice(field: dict[str, Any], said: Any) -> str:
    if not isinstance(said, str):
        raise Unfit(_("One of the options is expected."), "type")
    if said not in {option["value"] for option in field["options"]}:
        raise Unfit(_("This is none of the options."), "unknown")
    return said


def flag(field: dict[str, Any], said: Any) -> bool:
    if not isinstance(said, bool):
        raise Unfit(_("True or false is expected."), "type")
    return said


def org(field: dict[str, Any], said: Any) -> str:
    try:
        return str(UUID(said)) if isinstance(said, str) else str(UUID(int=-1))
    except ValueError:
        words = {"org": _("An organization is expected."), "dept": _("A department is expected.")}
        raise Unfit(words.get(field["type"], _("A person is expected.")), "type") from None


def people(field: dict[str, Any], said: Any) -> str | list[str]:
    """One key, or several where the field takes many; whether they work there is asked when a step begins."""
    if not field.get("many"):
        return org(field, said)
    if not isinstance(said, list) or len(said) > 100:
        raise Unfit(_("A list of people is expected."), "type")
    return list(dict.fromkeys(org(field, one) for one in said))


def kept_files(field: dict[str, Any], said: Any) -> list[str]:
    """Keys of files; what is known of each is put in their place when they are taken into the form."""
    if not isinstance(said, list):
        raise Unfit(_("A list of files is expected."), "type")
    most = field.get("max", MAX_FILES)
    if len(said) > most:
        raise Unfit(_("No more than %(most)d files fit in here.") % {"most": most}, "limit")
    try:
        keys = [str(UUID(one["id"] if isinstance(one, dict) else one)) for one in said]
    except (ValueError, TypeError, AttributeError, KeyError):
        raise Unfit(_("A list of files is expected."), "type") from None
    return list(dict.fromkeys(keys))


def pointed(field: dict[str, Any], said: Any) -> dict[str, str]:
    """A thing of the platform, by its kind and id; whether there is one that the actor sees is asked when it is taken
    into the form. What a form tells of it may be sent along and says nothing."""
    if not isinstance(said, dict) or not {"kind", "id"} <= set(said) <= {"kind", "id", "name", "url"}:
        raise Unfit(_("The kind and the id of an object are expected."), "type")
    kind, key = said["kind"], said["id"]
    if not isinstance(kind, str) or not isinstance(key, str):
        raise Unfit(_("The kind and the id of an object are expected."), "type")
    if kind not in (field.get("kinds") or [one.key for one in things.kinds()]):
        raise Unfit(_("Objects of this kind do not fit in here."), "unknown")
    try:
        return {"kind": kind, "id": str(UUID(key))}
    except ValueError:
        raise Unfit(_("The kind and the id of an object are expected."), "type") from None


def signed(field: dict[str, Any], said: Any) -> dict[str, str]:
    """A name that was typed, or a drawing that was brought, by its file; whose it is is not for them to say."""
    if (
        isinstance(said, dict)
        and set(said) <= {"typed", "file", "by"}
        and ("typed" in said) != ("file" in said)
    ):
        typed, file = said.get("typed"), said.get("file")
        if isinstance(typed, str):
            check_text(typed, f"/form/{field['id']}")
            if 0 < len(typed.strip()) <= MAX_TYPED:
                return {"typed": typed.strip()}
        else:
            try:
                return {"file": str(UUID(file["id"] if isinstance(file, dict) else file))}
            except (ValueError, TypeError, AttributeError, KeyError):
                pass
    raise Unfit(_("A typed name or a drawing that was brought is expected."), "type")


READERS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "text": text,
    "int": whole,
    "decimal": decimal,
    "money": money,
    "date": day,
    "datetime": moment,
    "range": period,
    "select": choice,
    "bool": flag,
    "org": org,
    "user": people,
    "dept": people,
    "file": kept_files,
    "ref": pointed,
    "signature": signed,
}


# What a column of a table may hold, beside a formula.
CELLS = ("text", "int", "decimal", "money", "date", "datetime", "select", "bool")
FORMULA, TABLE, FILE, REF, SIGNATURE = "formula", "table", "file", "ref", "signature"
FOLLOWING = (FORMULA, TABLE)  # what may be different because something else is
IN_PERSON = (FILE, REF, SIGNATURE)  # what only a person puts in: whether it is there is asked in their name
TYPES = (*READERS, TABLE, FORMULA)


class Reading:
    """One form being read: the values that fit, and what is wrong with the others."""

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        self.faults: list[dict[str, Any]] = []

    def fault(self, pointer: str, code: str, words: Any) -> None:
        self.faults.append({"pointer": pointer, "code": code, "detail": words})

    def values(self, fields: list[dict[str, Any]], said: dict[str, Any], pointer: str) -> dict[str, Any]:
        """Return what was said of the fields; of what is computed nothing may be said."""
        known = {field["id"] for field in fields}
        for name in said:
            if name not in known:
                self.fault(f"{pointer}/{_escaped(name)}", "unknown_field", _("There is no such field."))
        found = {field["id"]: self.value(field, said.get(field["id"]), pointer) for field in fields}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, field: dict[str, Any], said: Any, pointer: str) -> Any:
        pointer = f"{pointer}/{field['id']}"
        if said is None or said in ("", []):
            if self.complete and field.get("required"):
                self.fault(pointer, "required", _("This is needed."))
        elif field["type"] == FORMULA:
            self.fault(pointer, "read_only", _("This is computed here and cannot be sent."))
        elif field["type"] == TABLE:
            return self.rows(field, said, pointer)
        else:
            try:
                return READERS[field["type"]](field, said)
            except Unfit as unfit:
                self.fault(pointer, unfit.code, unfit.words)
        return None

    def rows(self, table: dict[str, Any], said: Any, pointer: str) -> list[dict[str, Any]] | None:
        most = table.get("max", MAX_ROWS)
        if not isinstance(said, list):
            self.fault(pointer, "type", _("A list of rows is expected."))
        elif len(said) > most:
            self.fault(pointer, "limit", _("No more than %(most)d rows fit in here.") % {"most": most})
        else:
            return [self.row(table, one, f"{pointer}/{place}") for place, one in enumerate(said)]
        return None

    def row(self, table: dict[str, Any], said: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(said, dict):
            self.fault(pointer, "type", _("A row is an object of values by column."))
            return {}
        return self.values(table["columns"], said, pointer)


def read(
    fields: list[dict[str, Any]], said: Any, *, complete: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the values that fit, with what follows from them, and what is wrong with the others, each with its pointer.

    Args:
        complete: whether every required field must be there; a draft may leave some out.
    """
    reading = Reading(complete=complete)
    if not isinstance(said, dict):
        reading.fault("/form", "type", _("The form is an object of values by field."))
        return {}, reading.faults
    values = reading.values(fields, said, "/form")
    values, beyond = formulas.computed(fields, values)
    for pointer in beyond if complete else ():
        reading.fault(f"/form{pointer}", "out_of_range", _("What is computed here cannot be told."))
    return values, reading.faults


def given(fields: list[dict[str, Any]], form: dict[str, Any]) -> dict[str, Any]:
    """Return what people said of a form: without what was computed from it."""
    found = dict(form)
    for field in fields:
        if field["type"] == FORMULA:
            found.pop(field["id"], None)
        elif field["type"] == TABLE and isinstance(form.get(field["id"]), list):
            kept = [one["id"] for one in field["columns"] if one["type"] != FORMULA]
            found[field["id"]] = [{key: row[key] for key in kept if key in row} for row in form[field["id"]]]
    return found


def _escaped(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
