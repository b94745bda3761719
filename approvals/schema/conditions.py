"""Conditions, before anybody relies on them: known operators, known references, types that can be compared."""

from typing import Any

from approvals.conditions import (
    COMPARISONS,
    INITIATOR,
    KINDS,
    MAX_DEPTH,
    MAX_PARTS,
    OPERATORS,
    ORDERED,
    PARTS,
    WHOLE,
    Unclear,
    is_reference,
    literal,
    references,
)  # fmt: skip
from approvals.fields import IN_PERSON, READERS, Unfit
from approvals.schema.inspection import Questions, escaped


class Conditions(Questions):
    """``later`` holds references to steps, looked at when all steps are known."""

    def __init__(self, body: Any) -> None:
        super().__init__(body)
        self.later: list[tuple[str, str]] = []
        self.targets: list[tuple[str, str, str]] = []  # which node returns where

    def condition(self, said: Any, pointer: str, depth: int = 1) -> None:
        if depth == 1 and sum(1 for _one in references(said)) > MAX_PARTS:
            self.fault(pointer, "limit")
            return
        if isinstance(said, bool):
            return
        if not isinstance(said, dict) or len(said) != 1:
            self.fault(pointer, "required" if said is None else "type")
            return
        ((operator, of),) = said.items()
        place = f"{pointer}/{escaped(operator)}"
        if operator not in OPERATORS:
            self.fault(place, "not_supported")
        elif depth > MAX_DEPTH:
            self.fault(place, "limit")
        elif operator == "not":
            self.condition(of, place, depth + 1)
        elif operator in ("and", "or"):
            if of == []:
                self.fault(place, "required")
            for one, part in self.listed(of, place, MAX_PARTS):
                self.condition(part, one, depth + 1)
        elif operator == "empty":
            self.operand(of, place)
        else:
            self.comparison(operator, of, place)

    def comparison(self, operator: str, said: Any, pointer: str) -> None:
        count = 3 if operator == "between" else 2
        if not isinstance(said, list) or len(said) != count:
            self.fault(pointer, "type")
            return
        operands = [(f"{pointer}/{place}", one) for place, one in enumerate(said)]
        if operator == "in":
            place, choices = operands.pop()
            operands += list(self.listed(choices, place, MAX_PARTS))
        kinds = [(place, one, self.operand(one, place)) for place, one in operands]
        kind = next((found for _place, _one, found in kinds if found), "text")
        if kind in WHOLE or (operator in (*COMPARISONS[2:], "between") and kind not in (*ORDERED, "?")):
            self.fault(pointer, "conflict")
            return
        for place, one, found in kinds:
            self.same_kind(one, found, kind, place)

    def same_kind(self, one: Any, found: str | None, kind: str, pointer: str) -> None:
        if found not in (None, kind, "?"):
            self.fault(pointer, "conflict")
        elif found is None and one is not None and kind != "?":
            try:
                literal(one, kind)
            except Unclear:
                self.fault(pointer, "type")

    def operand(self, said: Any, pointer: str) -> str | None:
        """Return what it is compared as, ``?`` where that cannot be told for a fault; None for a constant."""
        if isinstance(said, dict):
            return self.counted(said, pointer)
        if isinstance(said, list):
            self.fault(pointer, "type")
            return "?"
        return self.reference(said, pointer) if is_reference(said) else None

    def reference(self, said: str, pointer: str) -> str:
        words = said[1:].split(".")
        if len(words) == 1 and words[0] in self.fields:
            return KINDS.get(self.fields[words[0]]["type"], "text")
        parts = PARTS.get(self.fields.get(words[0], {}).get("type", ""), {})
        if len(words) == 2 and words[1] in parts:
            return parts[words[1]]
        if len(words) == 2 and words[0] == "initiator" and words[1] in INITIATOR:
            return INITIATOR[words[1]]
        if len(words) == 3 and words[0] == "step" and words[2] == "outcome":
            self.later.append((words[1], pointer))
            return "text"
        self.fault(pointer, "unknown")
        return "?"

    def counted(self, said: dict[str, Any], pointer: str) -> str:
        if len(said) != 1 or next(iter(said)) not in ("sum", "count"):
            self.fault(pointer, "not_supported")
            return "?"
        ((what, of),) = said.items()
        table, _dot, column = of.removeprefix("$").partition(".") if isinstance(of, str) else ("", "", "")
        columns = self.columns_of(table)
        is_known = self.fields.get(table, {}).get("type") == "table" and (
            what == "count" or KINDS.get(columns.get(column, {}).get("type", "")) == "number"
        )
        if not is_known:
            self.fault(f"{pointer}/{what}", "unknown")
        return "number"

    def columns_of(self, table: str) -> dict[str, dict[str, Any]]:
        found = self.fields.get(table, {}).get("columns", [])
        found = found if isinstance(found, list) else []
        return {str(one.get("id")): one for one in found if isinstance(one, dict)}

    def steps_known(self) -> None:
        """Every step that a condition asks about is there."""
        for node, pointer in self.later:
            if node not in self.nodes:
                self.fault(pointer, "unknown")

    def fits_field(self, said: Any, field: dict[str, Any], pointer: str) -> None:
        """A constant that the field takes, or another field of its type."""
        if is_reference(said):
            if self.fields.get(said[1:], {}).get("type") != field["type"]:
                self.fault(pointer, "unknown" if said[1:] not in self.fields else "conflict")
        elif field["type"] in IN_PERSON and said is not None:
            self.fault(pointer, "conflict")
        elif said is not None:
            try:
                READERS[field["type"]](field, said)
            except (Unfit, KeyError):
                self.fault(pointer, "type")
