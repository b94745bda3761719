"""What is put in where somebody adds a thing: already of the right shape, so that only its own choices are left."""

from collections.abc import Callable
from typing import Any

from approvals.fields import TABLE
from approvals.schema.nodes import KEYS

RULE_OF: dict[str, Callable[[], Any]] = {
    "users": list,
    "role": dict,
    "manager_chain": lambda: {"from": 1, "to": 1},
    "dept_head": dict,
    "initiator": dict,
    "initiator_choice": lambda: {"min": 1},
    "previous_choice": lambda: {"min": 1},
    "field_users": dict,
    "field_dept_head": dict,
    "same_as": dict,
    "party_contact": dict,
}
MODE_OF: dict[str, Callable[[], Any]] = {
    "any": lambda: {"kind": "any"},
    "all": lambda: {"kind": "all"},
    "quota": lambda: {"kind": "quota", "n": 2},
    "weighted": lambda: {"kind": "weighted", "weights": {}, "num": 1, "den": 2, "op": ">"},
    "sequence": lambda: {"kind": "sequence"},
    "groups": lambda: {"kind": "groups", "groups": []},
}


def _asking() -> dict[str, Any]:
    return {"who": [{"manager_chain": {"from": 1, "to": 1}}], "mode": {"kind": "any"}}


NODE_OF: dict[str, Callable[[], dict[str, Any]]] = {
    "approve": _asking,
    "handle": _asking,
    "cc": lambda: {"who": [{"initiator": {}}]},
    "branch": lambda: {"cases": [case()], "default": []},
    "inclusive": lambda: {"cases": [case()], "default": []},
    "parallel": lambda: {"branches": [{"flow": []}, {"flow": []}], "join": "all"},
    "end": lambda: {"outcome": "approved"},
    "wait": lambda: {"for": "1bd"},
}


def node(body: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a new step of a kind that definitions know."""
    if kind not in KEYS:
        raise KeyError(kind)
    made = {"id": free_id(body, kind), "type": kind} | NODE_OF.get(kind, dict)()
    slots = [one.get("id") for one in body.get("parties", []) if isinstance(one, dict)]
    others = [
        one.get("id")
        for one in body.get("parties", [])
        if isinstance(one, dict) and one.get("bind") != "initiator"
    ]
    if kind == "party" and others:
        made["party"] = others[0]
    if kind == "confirm":
        made["parties"] = slots
    return made


def case() -> dict[str, Any]:
    return {"flow": []}  # without its condition, which publishing asks for


def field(body: dict[str, Any], kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {"id": free_id(body, "field"), "type": kind}
    if kind == "select":
        made["options"] = [option(1), option(2)]
    if kind == TABLE:
        made["columns"] = [{"id": "column1", "type": "text"}]
    return made


def column(body: Any) -> dict[str, Any]:
    return {"id": free_id(body, "column"), "type": "text"}


def option(n: int) -> dict[str, Any]:
    return {"value": f"option{n}"}


def party(body: dict[str, Any], bind: str) -> dict[str, Any]:
    return {"id": free_id(body, "ours" if bind == "initiator" else "partner"), "bind": bind}


def ids(body: Any) -> set[str]:
    """Return every id that is taken, whatever it is of."""
    found: set[str] = set()
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("id"), str):
                found.add(one["id"])
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def free_id(body: Any, stem: str) -> str:
    taken, n = ids(body), 1
    while (found := f"{stem}{n}" if n > 1 or stem in ("field", "column") else stem) in taken:
        n += 1
    return found
