"""What a request's form holds: each value read once, strictly, as the definition's field says."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kernel.gate import check_text

MAX_TEXT = 10_000
_DECIMAL = re.compile(r"-?\d{1,24}(\.\d{1,12})?")
_AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,4})?")
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


READERS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "text": text,
    "int": whole,
    "decimal": decimal,
    "money": money,
    "date": day,
    "select": choice,
    "bool": flag,
    "org": org,
    "user": people,
    "dept": people,
}


def read(
    fields: list[dict[str, Any]], said: Any, *, complete: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the values that fit and what is wrong with the others, each with its pointer.

    Args:
        complete: whether every required field must be there; a draft may leave some out.
    """
    if not isinstance(said, dict):
        return {}, [_fault("/form", "type", _("The form is an object of values by field."))]
    known = {field["id"] for field in fields}
    faults = [
        _fault(f"/form/{name}", "unknown_field", _("There is no such field."))
        for name in said
        if name not in known
    ]
    values: dict[str, Any] = {}
    for field in fields:
        value = said.get(field["id"])
        pointer = f"/form/{field['id']}"
        if value is None or value == "":
            if complete and field.get("required"):
                faults.append(_fault(pointer, "required", _("This is needed.")))
            continue
        try:
            values[field["id"]] = READERS[field["type"]](field, value)
        except Unfit as unfit:
            faults.append(_fault(pointer, unfit.code, unfit.words))
    return values, faults


def _fault(pointer: str, code: str, detail: Any) -> dict[str, Any]:
    return {"pointer": pointer, "code": code, "detail": detail}
