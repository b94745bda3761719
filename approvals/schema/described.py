"""What a field of a form says of itself, and a column of a table too."""

import re
from typing import Any

from approvals.schema.conditions import Conditions


class Described(Conditions):
    """Titles, flags, options and currencies."""

    def described(self, field: dict[str, Any], pointer: str) -> None:
        """What a field of the form says of itself, and a column of a table too."""
        for flag in ("required", "lines", "material", "many"):
            self.is_flag(field, flag, pointer)
        for name in ("title", "help"):
            if name in field:
                self.words(field[name], f"{pointer}/{name}")
        if field.get("type") == "select":
            self.options(field.get("options"), f"{pointer}/options")
        elif "options" in field:
            self.fault(f"{pointer}/options", "conflict")
        if "currency" in field:
            self.matches(field["currency"], f"{pointer}/currency", re.compile("[A-Z]{3}"))

    def options(self, options: Any, pointer: str) -> None:
        if not options:
            self.fault(pointer, "required")
            return
        seen: set[str] = set()
        for place, option in self.listed(options, pointer, 200):
            if not isinstance(option, dict) or set(option) - {"value", "title"}:
                self.fault(place, "type")
                continue
            value = option.get("value")
            if not isinstance(value, str) or not 0 < len(value) <= 80:
                self.fault(f"{place}/value", "type" if value is not None else "required")
            elif value in seen:
                self.fault(f"{place}/value", "duplicate")
            else:
                seen.add(value)
            if "title" in option:
                self.words(option["title"], f"{place}/title")
