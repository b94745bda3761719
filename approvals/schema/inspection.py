"""One walk over one definition, and the small questions that it asks everywhere; it collects faults and goes on."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput

LANGUAGES = ("en", "zh-hans")
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

Fault = dict[str, Any]
ERRORS = {
    "required": _("This is missing."),
    "type": _("This is of the wrong type."),
    "unknown_key": _("There is no such key."),
    "unknown": _("This refers to something that is not defined."),
    "duplicate": _("This id is used twice."),
    "format": _("This does not have the expected form."),
    "not_supported": _("This is not supported here."),
    "limit": _("This is more than is allowed."),
    "conflict": _("This contradicts another part of the definition."),
}


class Questions:
    """What was found so far."""

    # What else the organization has published, by key; None where nobody knows.
    others: Callable[[str], Any] | None = None

    def __init__(self, body: Any) -> None:
        self.body = body
        self.faults: list[Fault] = []
        self.fields: dict[str, dict[str, Any]] = {}
        self.parties: dict[str, dict[str, Any]] = {}
        self.nodes: dict[str, dict[str, Any]] = {}

    def end(self) -> None:
        if self.faults:
            raise InvalidInput(errors=self.faults)

    def fault(self, pointer: str, code: str) -> None:
        self.faults.append({"pointer": pointer, "code": code, "detail": ERRORS[code]})

    def is_object(self, value: Any, pointer: str, keys: set[str]) -> bool:
        if not isinstance(value, dict):
            self.fault(pointer, "type")
            return False
        for key in value:
            if key not in keys:
                self.fault(f"{pointer}/{escaped(key)}", "unknown_key")
        return True

    def whole_number(self, value: Any, pointer: str, least: int, most: int) -> bool:
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(pointer, "required" if value is None else "type")
            return False
        if not least <= value <= most:
            self.fault(pointer, "limit")
            return False
        return True

    def listed(self, value: Any, pointer: str, most: int) -> Iterator[tuple[str, Any]]:
        if not isinstance(value, list):
            self.fault(pointer, "type")
            return
        if len(value) > most:
            self.fault(pointer, "limit")
        for place, one in enumerate(value[:most]):
            yield f"{pointer}/{place}", one

    def matches(self, value: Any, pointer: str, form: re.Pattern[str]) -> bool:
        if value is None:
            self.fault(pointer, "required")
        elif not isinstance(value, str):
            self.fault(pointer, "type")
        elif not form.fullmatch(value):
            self.fault(pointer, "format")
        else:
            return True
        return False

    def one_of(self, value: Any, pointer: str, choices: tuple[str, ...], code: str = "not_supported") -> bool:
        if value is None:
            self.fault(pointer, "required")
        elif not isinstance(value, str):
            self.fault(pointer, "type")
        elif value not in choices:
            self.fault(pointer, code)
        else:
            return True
        return False

    def is_flag(self, holder: dict[str, Any], key: str, pointer: str) -> None:
        if key in holder and not isinstance(holder[key], bool):
            self.fault(f"{pointer}/{key}", "type")

    def words(self, value: Any, pointer: str) -> None:
        """A text in at least one language."""
        if not isinstance(value, dict):
            self.fault(pointer, "required" if value is None else "type")
            return
        if not value:
            self.fault(pointer, "required")
        for language, text in value.items():
            if language not in LANGUAGES:
                self.fault(f"{pointer}/{escaped(language)}", "unknown_key")
            elif not isinstance(text, str):
                self.fault(f"{pointer}/{language}", "type")
            elif not 0 < len(text.strip()) <= 200:
                self.fault(f"{pointer}/{language}", "limit" if text.strip() else "required")

    def take_id(self, holder: dict[str, Any], pointer: str, taken: Any) -> str | None:
        if not self.matches(holder.get("id"), f"{pointer}/id", ID):
            return None
        if holder["id"] in taken:
            self.fault(f"{pointer}/id", "duplicate")
            return None
        return holder["id"]


def escaped(key: Any) -> str:
    """Return a key as a JSON pointer writes it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
