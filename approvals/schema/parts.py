"""The parts of a definition beside its flow: parties, form, numbering, policy."""

import re
from typing import Any

from approvals.fields import TYPES as FIELD_TYPES
from approvals.schema.inspection import escaped
from approvals.schema.sheets import Sheets
from orgs.models import Partnership

MAX_FIELDS = 300
SCHEMA = "approval/1"
KEY = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
_PATTERN = re.compile(r"(?:[A-Za-z0-9/_-]|\{yyyy\}|\{mm\}|\{seq(?::[1-9])?\})+")

DEFAULT_PATTERN = "{yyyy}{mm}-{seq}"

PARTY = {"id", "bind", "required", "title"}
FORM = {"fields", "checks"}
FIELD = {
    "id", "type", "title", "help", "required", "vis", "options", "lines", "currency", "material", "many", "columns",
    "max", "formula", "places", "kinds",
}  # fmt: skip
NUMBERING = {"pattern", "reset"}
POLICY: dict[str, tuple[str, ...]] = {
    "self": ("manager", "allow", "skip", "dept_head", "forbid"),
    "withdraw": ("until_end", "never"),
    "dedupe": ("consecutive", "none", "all"),
}


class Parts(Sheets):
    """What stands around the flow."""

    def head(self) -> None:
        if not isinstance(self.body, dict):
            self.fault("", "type")
            return
        self.one_of(self.body.get("schema"), "/schema", (SCHEMA,))
        self.matches(self.body.get("key"), "/key", KEY)
        self.words(self.body.get("title"), "/title")

    def party(self, party: Any, pointer: str) -> None:
        if not self.is_object(party, pointer, PARTY):
            return
        key = self.take_id(party, pointer, self.parties)
        if key:
            self.parties[key] = party
        if party.get("bind") is None:
            self.fault(f"{pointer}/bind", "required")
        elif not isinstance(party["bind"], str):
            self.fault(f"{pointer}/bind", "type")
        self.is_flag(party, "required", pointer)
        if "title" in party:
            self.words(party["title"], f"{pointer}/title")

    def bindings(self) -> None:
        """Exactly one party asks at most; the others are chosen at submission or named by a field."""
        asking = 0
        said = self.body.get("parties", [])
        for place, party in enumerate(said if isinstance(said, list) else []):
            bind = party.get("bind") if isinstance(party, dict) else None
            pointer = f"/parties/{place}/bind"
            if not isinstance(bind, str):
                continue
            if bind == "initiator":
                asking += 1
                if asking > 1:
                    self.fault(pointer, "duplicate")
            elif bind.startswith("field:"):
                if self.fields.get(bind[6:], {}).get("type") != "org":
                    self.fault(pointer, "unknown")
            elif bind != "counterparty":
                self.fault(pointer, "not_supported")

    def form(self, form: Any) -> None:
        if form is None or not self.is_object(form, "/form", FORM):
            if form is None:
                self.fault("/form", "required")
            return
        for pointer, field in self.listed(form.get("fields", []), "/form/fields", MAX_FIELDS):
            self.field(field, pointer)

    def checks(self) -> None:
        """What must hold of the form before anybody is asked."""
        form = self.body.get("form")
        said = form.get("checks", []) if isinstance(form, dict) else []
        for pointer, one in self.listed(said, "/form/checks", 100):
            if self.is_object(one, pointer, {"if", "msg"}):
                self.condition(one.get("if"), f"{pointer}/if")
                self.words(one.get("msg"), f"{pointer}/msg")

    def field(self, field: Any, pointer: str) -> None:
        if not self.is_object(field, pointer, FIELD):
            return
        key = self.take_id(field, pointer, self.fields)
        if self.one_of(field.get("type"), f"{pointer}/type", FIELD_TYPES) and key:
            self.fields[key] = field
        self.described(field, pointer)
        self.sheet(field, pointer)
        self.visibility(field.get("vis", {}), f"{pointer}/vis")

    def visibility(self, vis: Any, pointer: str) -> None:
        if not isinstance(vis, dict):
            self.fault(pointer, "type")
            return
        for party, how in vis.items():
            if party not in self.parties:
                self.fault(f"{pointer}/{escaped(party)}", "unknown")
            self.one_of(how, f"{pointer}/{escaped(party)}", ("hidden", "read"))

    @property
    def is_fragment(self) -> bool:
        return isinstance(self.body, dict) and "fragment" in self.body

    def fragment(self) -> None:
        """What an organization does inside a step that others have for it: of their key, or of all partners of a kind."""
        if not self.is_fragment:
            return
        said = self.body["fragment"]
        if not self.is_object(said, "/fragment", {"of", "kind"}):
            return
        if len(said) != 1:
            self.fault("/fragment", "required" if not said else "conflict")
        elif "of" in said:
            self.matches(said["of"], "/fragment/of", KEY)
        else:
            self.one_of(said["kind"], "/fragment/kind", tuple(Partnership.Kind.values))
        if self.body.get("parties"):
            self.fault("/parties", "conflict")

    def numbering(self, numbering: Any) -> None:
        if not self.is_object(numbering, "/numbering", NUMBERING):
            return
        pattern = numbering.get("pattern", DEFAULT_PATTERN)
        if self.matches(pattern, "/numbering/pattern", _PATTERN):
            if pattern.count("{seq") != 1 or len(pattern) > 60:
                self.fault("/numbering/pattern", "format")
            elif (
                numbering.get("reset", "month") == "month" and not {"{yyyy}", "{mm}"} <= marks(pattern)
            ) or (numbering.get("reset") == "year" and "{yyyy}" not in pattern):
                self.fault("/numbering/reset", "conflict")
        if "reset" in numbering:
            self.one_of(numbering["reset"], "/numbering/reset", ("month", "year", "never"))

    def policy(self, policy: Any) -> None:
        if not self.is_object(policy, "/policy", {*POLICY, "revoke_days"}):
            return
        if "revoke_days" in policy:
            self.whole_number(policy["revoke_days"], "/policy/revoke_days", 0, 3_660)
        for key, value in policy.items():
            if key in POLICY:
                self.one_of(value, f"/policy/{key}", POLICY[key])


def marks(pattern: str) -> set[str]:
    return set(re.findall(r"\{[^}]*\}", pattern))
