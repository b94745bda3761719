"""What a definition may say: every fault is found in one go, each with its JSON pointer."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.models.definitions import canonical
from kernel.errors import InvalidInput, TooLarge

SCHEMA = "approval/1"
MAX_BYTES = 512 * 1024
MAX_NODES = MAX_FIELDS = 300
FIELD_TYPES = ("text", "int", "decimal", "money", "date", "select", "bool", "org")
NODE_TYPES = ("approve", "party")
MODES = {"all": ("first", "all_voted"), "any": ("first", "all")}
LANGUAGES = ("en", "zh-hans")

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
_PATTERN = re.compile(r"(?:[A-Za-z0-9/_-]|\{yyyy\}|\{mm\}|\{seq(?::[1-9])?\})+")

KEYS = {
    "": {"schema", "key", "title", "parties", "form", "flow", "numbering", "policy"},
    "party": {"id", "bind", "required", "title"},
    "form": {"fields", "checks"},
    "field": {"id", "type", "title", "help", "required", "vis", "options", "lines", "currency", "material"},
    "approve": {"id", "type", "title", "who", "mode", "on_reject"},
    "party_node": {"id", "type", "title", "party", "expose", "on_reject"},
    "numbering": {"pattern", "reset"},
    "policy": {"self", "withdraw", "dedupe"},
}
POLICY = {"self": ("manager", "allow"), "withdraw": ("until_end", "never"), "dedupe": ("none",)}
RULES = ("users", "role", "manager_chain", "dept_head", "initiator", "party_contact")

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


def check_head(body: Any) -> None:
    """Refuse what is no definition at all: a draft may be wrong in detail, but has a key and a title."""
    inspection = Inspection(body)
    if len(canonical(body)) > MAX_BYTES:
        raise TooLarge
    inspection.head()
    inspection.end()


def check(body: Any) -> None:
    """Refuse a definition that cannot run.

    Raises:
        TooLarge: more than 512 KiB.
        InvalidInput: with every fault that was found.
    """
    if len(canonical(body)) > MAX_BYTES:
        raise TooLarge
    inspection = Inspection(body)
    inspection.head()
    if isinstance(body, dict):
        inspection.whole()
    inspection.end()


class Inspection:
    """One walk over one definition; it collects faults and goes on."""

    def __init__(self, body: Any) -> None:
        self.body = body
        self.faults: list[Fault] = []
        self.fields: dict[str, dict[str, Any]] = {}
        self.parties: dict[str, dict[str, Any]] = {}
        self.nodes: set[str] = set()

    def end(self) -> None:
        if self.faults:
            raise InvalidInput(errors=self.faults)

    def fault(self, pointer: str, code: str) -> None:
        self.faults.append({"pointer": pointer, "code": code, "detail": ERRORS[code]})

    # ── Small questions ──────────────────────────────────────────────────────
    def is_object(self, value: Any, pointer: str, keys: str) -> bool:
        if not isinstance(value, dict):
            self.fault(pointer, "type")
            return False
        for key in value:
            if key not in KEYS[keys]:
                self.fault(f"{pointer}/{escaped(key)}", "unknown_key")
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
        if not self.matches(holder.get("id"), f"{pointer}/id", _ID):
            return None
        if holder["id"] in taken:
            self.fault(f"{pointer}/id", "duplicate")
            return None
        return holder["id"]

    # ── The parts ────────────────────────────────────────────────────────────
    def head(self) -> None:
        if not isinstance(self.body, dict):
            self.fault("", "type")
            return
        self.one_of(self.body.get("schema"), "/schema", (SCHEMA,))
        self.matches(self.body.get("key"), "/key", _KEY)
        self.words(self.body.get("title"), "/title")

    def whole(self) -> None:
        self.is_object(self.body, "", "")
        for pointer, party in self.listed(self.body.get("parties", []), "/parties", 20):
            self.party(party, pointer)
        self.form(self.body.get("form"))
        self.bindings()
        if "flow" not in self.body:
            self.fault("/flow", "required")
        else:
            self.flow(self.body["flow"])
        self.numbering(self.body.get("numbering", {}))
        self.policy(self.body.get("policy", {}))

    def party(self, party: Any, pointer: str) -> None:
        if not self.is_object(party, pointer, "party"):
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
        if form is None or not self.is_object(form, "/form", "form"):
            if form is None:
                self.fault("/form", "required")
            return
        if form.get("checks"):
            self.fault("/form/checks", "not_supported")
        for pointer, field in self.listed(form.get("fields", []), "/form/fields", MAX_FIELDS):
            self.field(field, pointer)

    def field(self, field: Any, pointer: str) -> None:
        if not self.is_object(field, pointer, "field"):
            return
        key = self.take_id(field, pointer, self.fields)
        if self.one_of(field.get("type"), f"{pointer}/type", FIELD_TYPES) and key:
            self.fields[key] = field
        for flag in ("required", "lines", "material"):
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
        self.visibility(field.get("vis", {}), f"{pointer}/vis")

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

    def visibility(self, vis: Any, pointer: str) -> None:
        if not isinstance(vis, dict):
            self.fault(pointer, "type")
            return
        for party, how in vis.items():
            if party not in self.parties:
                self.fault(f"{pointer}/{escaped(party)}", "unknown")
            self.one_of(how, f"{pointer}/{escaped(party)}", ("hidden", "read"))

    def flow(self, flow: Any) -> None:
        if flow == []:
            self.fault("/flow", "required")
        for pointer, node in self.listed(flow, "/flow", MAX_NODES):
            if not isinstance(node, dict):
                self.fault(pointer, "type")
                continue
            key = self.take_id(node, pointer, self.nodes)
            if key:
                self.nodes.add(key)
            if self.one_of(node.get("type"), f"{pointer}/type", NODE_TYPES):
                NODES[node["type"]](self, node, pointer)

    def approve(self, node: dict[str, Any], pointer: str) -> None:
        self.is_object(node, pointer, "approve")
        self.ending(node, pointer)
        if not node.get("who"):
            self.fault(f"{pointer}/who", "required" if node.get("who") in (None, []) else "type")
        else:
            for place, rule in self.listed(node["who"], f"{pointer}/who", 50):
                self.rule(rule, place)
        mode = node.get("mode", {"kind": "any"})
        if not isinstance(mode, dict):
            self.fault(f"{pointer}/mode", "type")
        elif self.one_of(mode.get("kind"), f"{pointer}/mode/kind", tuple(MODES)):
            if "reject" in mode:
                self.one_of(mode["reject"], f"{pointer}/mode/reject", MODES[mode["kind"]])
            for key in set(mode) - {"kind", "reject"}:
                self.fault(f"{pointer}/mode/{escaped(key)}", "unknown_key")

    def ending(self, node: dict[str, Any], pointer: str) -> None:
        if "title" in node:
            self.words(node["title"], f"{pointer}/title")
        if "on_reject" in node:
            self.one_of(node["on_reject"], f"{pointer}/on_reject", ("terminate",))

    def party_node(self, node: dict[str, Any], pointer: str) -> None:
        self.is_object(node, pointer, "party_node")
        self.ending(node, pointer)
        party = node.get("party")
        if party is None:
            self.fault(f"{pointer}/party", "required")
        elif not isinstance(party, str) or party not in self.parties:
            self.fault(f"{pointer}/party", "unknown")
        elif self.parties[party].get("bind") == "initiator":
            self.fault(f"{pointer}/party", "conflict")
        for place, field in self.listed(node.get("expose", []), f"{pointer}/expose", MAX_FIELDS):
            if not isinstance(field, str) or field not in self.fields:
                self.fault(place, "unknown")
            elif isinstance(party, str) and self.fields[field].get("vis", {}).get(party) == "hidden":
                self.fault(place, "conflict")

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
        for place, one in self.listed(said, pointer, 1000):
            if not is_uuid(one):
                self.fault(place, "format")

    def rule_role(self, said: Any, pointer: str) -> None:
        if not isinstance(said, dict):
            self.fault(pointer, "type")
            return
        for key in set(said) - {"key", "party"}:
            self.fault(f"{pointer}/{escaped(key)}", "unknown_key")
        self.matches(said.get("key"), f"{pointer}/key", re.compile(r"[-a-zA-Z0-9_]{1,40}"))
        if "party" in said:
            party = self.parties.get(said["party"]) if isinstance(said["party"], str) else None
            if party is None:
                self.fault(f"{pointer}/party", "unknown")
            elif party.get("bind") != "initiator":
                self.fault(f"{pointer}/party", "conflict")

    def rule_manager_chain(self, said: Any, pointer: str) -> None:
        if not isinstance(said, dict):
            self.fault(pointer, "type")
            return
        first, last = said.get("from", 1), said.get("to", said.get("from", 1))
        for key in set(said) - {"from", "to"}:
            self.fault(f"{pointer}/{escaped(key)}", "unknown_key")
        for name, level in (("from", first), ("to", last)):
            if isinstance(level, bool) or not isinstance(level, int):
                self.fault(f"{pointer}/{name}", "type")
                return
        if not 1 <= first <= last <= 20:
            self.fault(pointer, "limit")

    def numbering(self, numbering: Any) -> None:
        if not self.is_object(numbering, "/numbering", "numbering"):
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
        if not self.is_object(policy, "/policy", "policy"):
            return
        for key, value in policy.items():
            if key in POLICY:
                self.one_of(value, f"/policy/{key}", POLICY[key])


DEFAULT_PATTERN = "{yyyy}{mm}-{seq}"
NODES: dict[str, Callable[[Inspection, dict[str, Any], str], None]] = {
    "approve": Inspection.approve,
    "party": Inspection.party_node,
}


def marks(pattern: str) -> set[str]:
    return set(re.findall(r"\{[^}]*\}", pattern))


def escaped(key: Any) -> str:
    """Return a key as a JSON pointer writes it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
