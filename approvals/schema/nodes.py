"""The flow: a tree of blocks in which every node is known and every reference leads somewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from approvals import sla
from approvals.conditions import is_reference
from approvals.fields import FOLLOWING, FORMULA, IN_PERSON
from approvals.schema.inspection import escaped
from approvals.schema.parts import KEY, MAX_FIELDS, Parts
from approvals.schema.rules import Rules
from approvals.tree import MEETING, Tree
from kernel.outgoing import AddressRefused, checked

MAX_NODES = 300
MAX_DEPTH = 16
COMMON = {"id", "type", "title"}
KEYS: dict[str, set[str]] = {
    "approve": COMMON
    | {
        "sla",
        "who",
        "except",
        "mode",
        "empty",
        "on_reject",
        "signature",
        "fields",
        "return_entry",
        "on_member_loss",
    },
    "handle": COMMON
    | {"sla", "who", "except", "mode", "empty", "on_reject", "fields", "return_entry", "on_member_loss"},
    "cc": COMMON | {"who", "except"},
    "party": COMMON | {"sla", "party", "expose", "write", "floor", "on_reject"},
    "confirm": COMMON | {"sla", "parties", "sealed", "floor", "on_reject"},
    "branch": COMMON | {"cases", "default", "on_reject"},
    "inclusive": COMMON | {"cases", "default", "on_reject"},
    "parallel": COMMON | {"branches", "join", "on_reject"},
    "set": COMMON | {"fields"},
    "wait": COMMON | {"for", "until"},
    "call": COMMON | {"url", "send", "callback", "sla", "on_reject"},
    "subflow": COMMON | {"definition", "in", "out", "parties", "on_reject"},
    "end": COMMON | {"outcome"},
}
ON_REJECT = ("terminate", "continue", "return:START", "return:previous")
BACK = ("START", "previous")
ANSWERED = ("return_initiator", "branch")  # what a partner's no may lead to beside
RIGHTS = ("edit", "read", "hide")


def is_moment(said: Any) -> bool:
    """Tell whether this is a moment that means the same everywhere."""
    try:
        return isinstance(said, str) and datetime.fromisoformat(said).tzinfo is not None
    except ValueError:
        return False


def leads_to(key: str, body: dict[str, Any], others: Callable[[str], Any]) -> bool:
    """Tell whether a definition waits for requests of ``key``, itself or by way of others."""
    seen: set[str] = set()
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if one.get("key") == key:
            return True
        if one.get("key") in seen:
            continue
        seen.add(str(one.get("key")))
        asked = {node["definition"] for node in Tree(one["flow"]).nodes() if node["type"] == "subflow"}
        waiting += [found for other in asked if (found := others(other))]
    return False


class Flow(Parts, Rules):
    """The way from the first node to the end."""

    def flow(self, flow: Any) -> None:
        if flow == []:
            self.fault("/flow", "required")
        self.walked = 0
        self.block(flow, "/flow", 1)

    def block(self, block: Any, pointer: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            self.fault(pointer, "limit")
            return
        for place, node in self.listed(block, pointer, MAX_NODES):
            self.walked += 1
            if self.walked == MAX_NODES + 1:
                self.fault("/flow", "limit")
            if self.walked > MAX_NODES:
                return
            self.node(node, place, depth)

    def node(self, node: Any, pointer: str, depth: int) -> None:
        if not isinstance(node, dict):
            self.fault(pointer, "type")
            return
        key = self.take_id(node, pointer, self.nodes)
        if key:
            self.nodes[key] = node
        if not self.one_of(node.get("type"), f"{pointer}/type", tuple(NODES)):
            return
        self.is_object(node, pointer, KEYS[node["type"]])
        if "title" in node:
            self.words(node["title"], f"{pointer}/title")
        if "sla" in node:
            self.patience(node, f"{pointer}/sla")
        if "on_reject" in node:
            self.refusing(node, f"{pointer}/on_reject")
        if self.is_fragment and node["type"] in MEETING:
            self.fault(f"{pointer}/type", "conflict")  # a partner's own way crosses no border
        NODES[node["type"]](self, node, pointer, depth)

    def refusing(self, node: dict[str, Any], pointer: str) -> None:
        """What a no leads to."""
        said = node["on_reject"]
        if isinstance(said, str) and said.startswith("return:"):
            self.returning(node, said[7:], pointer)
        else:
            self.one_of(said, pointer, (*ON_REJECT, *ANSWERED) if node["type"] in MEETING else ON_REJECT)

    def patience(self, node: dict[str, Any], pointer: str) -> None:
        """How long it may take, and what happens then."""
        found = list(sla.faults(node["sla"], node))
        for part, code in found:
            self.fault(pointer + part, code)
        if not found:
            kind, more = sla.ending(node["sla"])
            if kind == "return":
                self.returning(node, more, f"{pointer}/overdue/return")

    def returning(self, node: dict[str, Any], target: str, pointer: str) -> None:
        """The step it returns to is looked at when all are known."""
        if target not in BACK and isinstance(node.get("id"), str):
            self.targets.append((node["id"], target, pointer))

    def earlier(self) -> None:
        """Every step that one returns to lies before: in the same block, one around it, or a split that was passed."""
        for _node, target, pointer in self.targets:
            if target not in self.nodes:
                self.fault(pointer, "unknown")
        if not self.targets or any(one["pointer"].startswith("/flow") for one in self.faults):
            return
        tree = Tree(self.body["flow"])
        for node, target, pointer in self.targets:
            if tree.common(target, node) is None:
                self.fault(pointer, "conflict")

    def rights(self, said: Any, pointer: str) -> None:
        """What its people may do with fields of the form."""
        if not isinstance(said, dict):
            self.fault(pointer, "type")
            return
        for name, right in said.items():
            if name not in self.fields:
                self.fault(f"{pointer}/{escaped(name)}", "unknown")
            elif right == "edit" and self.fields[name]["type"] == FORMULA:
                self.fault(f"{pointer}/{escaped(name)}", "conflict")  # nobody writes what is computed
            self.one_of(right, f"{pointer}/{escaped(name)}", RIGHTS)

    # ── One kind of node each ────────────────────────────────────────────────
    def asking(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        mode = node.get("mode", {"kind": "any"})
        self.mode(mode, f"{pointer}/mode")
        if isinstance(mode, dict) and mode.get("kind") == "groups":
            if "who" in node:
                self.fault(f"{pointer}/who", "conflict")  # each group has its own
        else:
            self.who(node.get("who"), f"{pointer}/who")
        self.excepted(node, pointer)
        self.is_flag(node, "signature", pointer)
        if node.get("signature") is True:
            self.unsigned(node, pointer)
        self.is_flag(node, "return_entry", pointer)
        if "on_member_loss" in node:
            self.one_of(node["on_member_loss"], f"{pointer}/on_member_loss", ("reassign", "drop"))
        if "fields" in node:
            self.rights(node["fields"], f"{pointer}/fields")
        if "empty" in node:
            self.empty(node["empty"], f"{pointer}/empty")

    def unsigned(self, node: dict[str, Any], pointer: str) -> None:
        """A step that is signed never passes by itself."""
        patience = node.get("sla")
        if isinstance(patience, dict) and patience.get("overdue") == "auto_pass":
            self.fault(f"{pointer}/sla/overdue", "conflict")
        if node.get("empty") == "auto_pass":
            self.fault(f"{pointer}/empty", "conflict")

    def copying(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        self.who(node.get("who"), f"{pointer}/who")
        self.excepted(node, pointer)

    def excepted(self, node: dict[str, Any], pointer: str) -> None:
        if "except" in node:
            self.who(node["except"], f"{pointer}/except")

    def choosing(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        """A branch or several, each under a condition; the default where none is met."""
        if not node.get("cases"):
            self.fault(f"{pointer}/cases", "required" if node.get("cases") in (None, []) else "type")
        else:
            for place, case in self.listed(node["cases"], f"{pointer}/cases", MAX_NODES):
                if not self.is_object(case, place, {"if", "flow", "title"}):
                    continue
                if "title" in case:
                    self.words(case["title"], f"{place}/title")
                self.condition(case.get("if"), f"{place}/if")
                self.block(case.get("flow"), f"{place}/flow", depth + 1)
        if "default" not in node:
            self.fault(f"{pointer}/default", "required")
        else:
            self.block(node["default"], f"{pointer}/default", depth + 1)

    def parting(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        found = 0
        for place, one in self.listed(node.get("branches"), f"{pointer}/branches", MAX_NODES):
            found += 1
            if self.is_object(one, place, {"flow", "title"}):
                if "title" in one:
                    self.words(one["title"], f"{place}/title")
                self.block(one.get("flow"), f"{place}/flow", depth + 1)
        if isinstance(node.get("branches"), list) and found < 2:
            self.fault(f"{pointer}/branches", "required")
        join = node.get("join", "all")
        if isinstance(join, str):
            self.one_of(join, f"{pointer}/join", ("all", "first"))
        else:
            self.whole_number(join, f"{pointer}/join", 1, max(found, 1))

    def setting(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        fields = node.get("fields")
        if not isinstance(fields, dict) or not fields:
            self.fault(f"{pointer}/fields", "type" if fields else "required")
            return
        for name, said in fields.items():
            place = f"{pointer}/fields/{escaped(name)}"
            if name not in self.fields:
                self.fault(place, "unknown")
            elif self.fields[name]["type"] in (*FOLLOWING, *IN_PERSON):
                self.fault(place, "conflict")
            else:
                self.fits_field(said, self.fields[name], place)

    def waiting(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        """For some time, or until an hour that is said here or in the form."""
        if ("for" in node) == ("until" in node):
            self.fault(pointer, "conflict" if "for" in node else "required")
        elif "for" in node:
            if not sla.is_length(node["for"]):
                self.fault(f"{pointer}/for", "format")
        elif is_reference(node["until"]):
            self.names(node["until"][1:], ("date", "datetime"), f"{pointer}/until")
        elif not is_moment(node["until"]):
            self.fault(f"{pointer}/until", "format")

    def following(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        """Another definition of the same organization: which fields go into it, and which come back."""
        if self.is_fragment:
            self.fault(f"{pointer}/type", "conflict")  # it is asked by who asks, who is no one of theirs
        key = node.get("definition")
        if not self.matches(key, f"{pointer}/definition", KEY):
            return
        body = self.others(key) if self.others else None
        own = str(self.body.get("key"))
        if self.others and body is None and key != own:
            self.fault(f"{pointer}/definition", "unknown")
        elif key == own or (self.others and body and leads_to(own, body, self.others)):
            self.fault(f"{pointer}/definition", "conflict")  # it would wait for itself
        theirs = {one["id"]: one for one in body["form"].get("fields", [])} if body else None
        self.mapped(node.get("in", {}), f"{pointer}/in", theirs, self.fields)
        self.mapped(node.get("out", {}), f"{pointer}/out", self.fields, theirs)
        if theirs is not None:
            handed = node.get("in", {})
            for name, field in theirs.items():
                if field.get("required") and isinstance(handed, dict) and name not in handed:
                    self.fault(f"{pointer}/in/{name}", "required")
        self.seated(node.get("parties", {}), f"{pointer}/parties", (body or {}).get("parties", []))

    def calling(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        """An outside system of the organization's own: what of the form it is told, and what it may write."""
        if not isinstance(node.get("url"), str):
            self.fault(f"{pointer}/url", "required" if node.get("url") is None else "type")
        else:
            try:
                checked(node["url"])
            except AddressRefused:
                self.fault(f"{pointer}/url", "format")
        self.listing(node, "send", pointer)
        callback = node.get("callback", False)
        if not isinstance(callback, bool) and self.is_object(callback, f"{pointer}/callback", {"write"}):
            self.listing(callback, "write", f"{pointer}/callback", is_written=True)

    def listing(self, holder: dict[str, Any], key: str, pointer: str, *, is_written: bool = False) -> None:
        for place, field in self.listed(holder.get(key, []), f"{pointer}/{key}", MAX_FIELDS):
            if not isinstance(field, str) or field not in self.fields:
                self.fault(place, "unknown")
            elif is_written and self.fields[field]["type"] in (FORMULA, *IN_PERSON):
                self.fault(place, "conflict")

    def mapped(self, said: Any, pointer: str, to: Any, source: Any) -> None:
        """``{field there: constant or "$field here"}``; where one of the two forms is not known, so are its fields."""
        if not isinstance(said, dict):
            self.fault(pointer, "type")
            return
        for name, one in said.items():
            place = f"{pointer}/{escaped(name)}"
            if to is not None and name not in to:
                self.fault(place, "unknown")
            elif to is not None and to[name]["type"] == FORMULA:
                self.fault(place, "conflict")  # nobody writes what is computed
            elif is_reference(one):
                if source is not None and one[1:] not in source:
                    self.fault(place, "unknown")
                elif to is not None and source is not None and source[one[1:]]["type"] != to[name]["type"]:
                    self.fault(place, "conflict")
            elif to is not None:
                self.fits_field(one, to[name], place)

    def seated(self, said: Any, pointer: str, slots: list[dict[str, Any]]) -> None:
        """Which party of this definition stands in which slot of the other."""
        if not isinstance(said, dict):
            self.fault(pointer, "type")
            return
        chosen = {one["id"]: one for one in slots if one.get("bind") == "counterparty"}
        for name, one in said.items():
            if not isinstance(one, str) or one not in self.parties or (self.others and name not in chosen):
                self.fault(f"{pointer}/{escaped(name)}", "unknown")
        for name, slot in chosen.items():
            if slot.get("required", True) and name not in said:
                self.fault(f"{pointer}/{escaped(name)}", "required")

    def names(self, field: str, kinds: tuple[str, ...], pointer: str) -> None:
        """A field of one of these types."""
        if field not in self.fields:
            self.fault(pointer, "unknown")
        elif self.fields[field]["type"] not in kinds:
            self.fault(pointer, "conflict")

    def ending(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        if "outcome" in node:
            self.one_of(node["outcome"], f"{pointer}/outcome", ("approved", "rejected"))

    def meeting(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        """A partner's step: whose it is, and what of the form they see."""
        party = node.get("party")
        if party is None:
            self.fault(f"{pointer}/party", "required")
        elif not isinstance(party, str) or party not in self.parties:
            self.fault(f"{pointer}/party", "unknown")
        elif self.parties[party].get("bind") == "initiator":
            self.fault(f"{pointer}/party", "conflict")
        self.floor(node, pointer)
        self.shown(node, party, "expose", pointer)
        self.shown(node, party, "write", pointer)
        if "expose" in node and isinstance(node["expose"], list) and isinstance(node.get("write"), list):
            for place, name in enumerate(node["write"]):
                if name not in node["expose"]:
                    self.fault(f"{pointer}/write/{place}", "conflict")

    def floor(self, node: dict[str, Any], pointer: str) -> None:
        """How many people must stand behind a party's yes, and whether they sign it."""
        if "floor" in node and self.is_object(node["floor"], f"{pointer}/floor", {"humans", "signature"}):
            self.is_flag(node["floor"], "signature", f"{pointer}/floor")
            if "humans" in node["floor"] or "signature" not in node["floor"]:
                self.whole_number(node["floor"].get("humans"), f"{pointer}/floor/humans", 1, 100)

    def confirming(self, node: dict[str, Any], pointer: str, depth: int) -> None:
        seen: list[Any] = []
        for place, key in self.listed(node.get("parties"), f"{pointer}/parties", 20):
            if not isinstance(key, str) or key not in self.parties:
                self.fault(place, "unknown")
            elif key in seen:
                self.fault(place, "duplicate")
            seen.append(key)
        if isinstance(node.get("parties"), list) and len(seen) < 2:
            self.fault(f"{pointer}/parties", "required")
        self.is_flag(node, "sealed", pointer)
        self.floor(node, pointer)

    def shown(self, node: dict[str, Any], party: Any, key: str, pointer: str) -> None:
        for place, field in self.listed(node.get(key, []), f"{pointer}/{key}", MAX_FIELDS):
            if not isinstance(field, str) or field not in self.fields:
                self.fault(place, "unknown")
            elif (key == "write" and self.fields[field]["type"] == FORMULA) or (
                isinstance(party, str) and self.fields[field].get("vis", {}).get(party) == "hidden"
            ):
                self.fault(place, "conflict")


NODES: dict[str, Callable[[Flow, dict[str, Any], str, int], None]] = {
    "approve": Flow.asking,
    "handle": Flow.asking,
    "cc": Flow.copying,
    "party": Flow.meeting,
    "confirm": Flow.confirming,
    "branch": Flow.choosing,
    "inclusive": Flow.choosing,
    "parallel": Flow.parting,
    "set": Flow.setting,
    "wait": Flow.waiting,
    "subflow": Flow.following,
    "call": Flow.calling,
    "end": Flow.ending,
}
