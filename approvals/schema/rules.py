"""Whom a node asks, and how their words are weighed."""

import re
from typing import Any

from approvals.schema.conditions import Conditions
from approvals.schema.inspection import escaped, is_uuid

REJECT = {"all": ("first", "all_voted"), "any": ("first", "all"), "sequence": ("first",)}
SINGLE = ("any", "all", "quota", "weighted")
MODES = (*SINGLE, "sequence", "groups")
MODE_KEYS = {
    "any": {"reject"}, "all": {"reject"}, "sequence": {"reject"}, "quota": {"n", "percent"}, "groups": {"groups"},
    "weighted": {"weights", "num", "den", "op", "tie", "chair"},
}  # fmt: skip
RULES = (
    "users", "role", "manager_chain", "dept_head", "initiator", "initiator_choice", "previous_choice",
    "field_users", "field_dept_head", "same_as", "party_contact",
)  # fmt: skip
POSITION = re.compile(r"[-a-zA-Z0-9_]{1,40}")
MOST = 1_000


class Rules(Conditions):
    """Assignee rules and modes of decision."""

    def who(self, said: Any, pointer: str) -> None:
        if not said:
            self.fault(pointer, "required" if said in (None, []) else "type")
            return
        for place, rule in self.listed(said, pointer, 50):
            self.rule(rule, place)

    # ── How it is decided ────────────────────────────────────────────────────
    def mode(self, mode: Any, pointer: str, kinds: tuple[str, ...] = MODES) -> None:
        if not isinstance(mode, dict):
            self.fault(pointer, "type")
            return
        if not self.one_of(mode.get("kind"), f"{pointer}/kind", kinds):
            return
        kind = mode["kind"]
        for key in set(mode) - {"kind"} - MODE_KEYS[kind]:
            self.fault(f"{pointer}/{escaped(key)}", "unknown_key")
        if kind in REJECT and "reject" in mode:
            self.one_of(mode["reject"], f"{pointer}/reject", REJECT[kind])
        if kind == "quota":
            self.quota(mode, pointer)
        elif kind == "weighted":
            self.weighted(mode, pointer)
        elif kind == "groups":
            self.groups(mode.get("groups"), f"{pointer}/groups")

    def quota(self, mode: dict[str, Any], pointer: str) -> None:
        if ("n" in mode) == ("percent" in mode):
            self.fault(pointer, "conflict" if "n" in mode else "required")
        elif "n" in mode:
            self.whole_number(mode["n"], f"{pointer}/n", 1, MOST)
        else:
            self.whole_number(mode["percent"], f"{pointer}/percent", 1, 100)

    def weighted(self, mode: dict[str, Any], pointer: str) -> None:
        weights = mode.get("weights", {})
        if not isinstance(weights, dict):
            self.fault(f"{pointer}/weights", "type")
        else:
            for user, weight in weights.items():
                place = f"{pointer}/weights/{escaped(user)}"
                if not is_uuid(user):
                    self.fault(place, "format")
                self.whole_number(weight, place, 1, 1_000_000)
        if self.whole_number(mode.get("den"), f"{pointer}/den", 1, 1_000_000):
            self.whole_number(mode.get("num"), f"{pointer}/num", 0, mode["den"])
        if "op" in mode:
            self.one_of(mode["op"], f"{pointer}/op", (">", ">="))
        if mode.get("op") == ">=" and mode.get("num") == 0:
            self.fault(f"{pointer}/num", "limit")  # it would be reached before anybody has spoken
        if "tie" in mode:
            self.one_of(mode["tie"], f"{pointer}/tie", ("reject", "approve", "chair"))
        if ("chair" in mode) != (mode.get("tie") == "chair"):
            self.fault(f"{pointer}/chair", "conflict" if "chair" in mode else "required")
        elif "chair" in mode and not is_uuid(mode["chair"]):
            self.fault(f"{pointer}/chair", "format")

    def groups(self, groups: Any, pointer: str) -> None:
        if not groups:
            self.fault(pointer, "required" if groups in (None, []) else "type")
            return
        for place, group in self.listed(groups, pointer, 20):
            if self.is_object(group, place, {"who", "mode", "title"}):
                if "title" in group:
                    self.words(group["title"], f"{place}/title")
                self.who(group.get("who"), f"{place}/who")
                self.mode(group.get("mode", {"kind": "any"}), f"{place}/mode", SINGLE)

    def empty(self, said: Any, pointer: str) -> None:
        """What is done where the rules name nobody."""
        if isinstance(said, dict):
            if self.is_object(said, pointer, {"users"}):
                self.rule_users(said.get("users", []), f"{pointer}/users")
        else:
            self.one_of(said, pointer, ("admin", "initiator_choice", "auto_reject", "auto_pass"))

    # ── Who ──────────────────────────────────────────────────────────────────
    def rule(self, rule: Any, pointer: str) -> None:
        if not isinstance(rule, dict) or len(rule) != 1:
            self.fault(pointer, "type")
            return
        ((kind, said),) = rule.items()
        if kind not in RULES:
            self.fault(f"{pointer}/{escaped(kind)}", "not_supported")
        else:
            getattr(self, f"rule_{kind}", self.rule_plain)(said, f"{pointer}/{kind}")

    def rule_plain(self, said: Any, pointer: str) -> None:
        if said not in (True, {}):
            self.fault(pointer, "type")

    def rule_users(self, said: Any, pointer: str) -> None:
        if said == []:
            self.fault(pointer, "required")
        for place, one in self.listed(said, pointer, MOST):
            if not is_uuid(one):
                self.fault(place, "format")

    def rule_role(self, said: Any, pointer: str) -> None:
        if not self.is_object(said, pointer, {"key", "party", "scope"}):
            return
        self.matches(said.get("key"), f"{pointer}/key", POSITION)
        if "scope" in said:
            self.one_of(said["scope"], f"{pointer}/scope", ("org", "department"))
        if "party" in said:
            party = self.parties.get(said["party"]) if isinstance(said["party"], str) else None
            if party is None:
                self.fault(f"{pointer}/party", "unknown")
            elif party.get("bind") != "initiator":
                self.fault(f"{pointer}/party", "conflict")

    def rule_manager_chain(self, said: Any, pointer: str) -> None:
        if not self.is_object(said, pointer, {"from", "to"}):
            return
        first = said.get("from", 1)
        if self.whole_number(first, f"{pointer}/from", 1, 20):
            self.whole_number(said.get("to", first), f"{pointer}/to", first, 20)

    def rule_field_users(self, said: Any, pointer: str) -> None:
        self.names_field(said, pointer, "user")

    def rule_field_dept_head(self, said: Any, pointer: str) -> None:
        self.names_field(said, pointer, "dept")

    def names_field(self, said: Any, pointer: str, kind: str) -> None:
        if self.is_object(said, pointer, {"field"}):
            field = said.get("field")
            if not isinstance(field, str) or self.fields.get(field, {}).get("type") != kind:
                self.fault(f"{pointer}/field", "required" if field is None else "unknown")

    def rule_initiator_choice(self, said: Any, pointer: str) -> None:
        """How many may be chosen, and among whom."""
        if said is True or not self.is_object(said, pointer, {"min", "max", "range"}):
            return
        least = said.get("min", 1)
        if self.whole_number(least, f"{pointer}/min", 0, MOST):
            self.whole_number(said.get("max", MOST), f"{pointer}/max", max(least, 1), MOST)
        if "range" in said:
            self.who(said["range"], f"{pointer}/range")

    rule_previous_choice = rule_initiator_choice

    def rule_same_as(self, said: Any, pointer: str) -> None:
        if self.is_object(said, pointer, {"step"}):
            step = said.get("step")
            if isinstance(step, str):
                self.later.append((step, f"{pointer}/step"))
            else:
                self.fault(f"{pointer}/step", "required" if step is None else "type")
