"""What a fact says about people: sealed as commitments, and kept beside them for as long as they stay.

A commitment is SHA-256 over a salt and ``["field", value]`` as JSON. Where salt and value are gone nobody can tell
what it was made of; where they are there, nobody can say that it was made of something else.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kernel.events import EVENTS

if TYPE_CHECKING:
    from audit.models.chains import Fact

SALT = 16  # bytes
ACTOR, ADDRESS, DEVICE, OBJECT = "actor.name", "from.address", "from.device", "object.name"
COLUMNS = {ACTOR: "actor_name", ADDRESS: "address", DEVICE: "device", OBJECT: "subject_label"}
PAYLOAD = "payload."  # and the field of the event


WORDS = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment(salt: bytes, field: str, value: Any) -> str:
    """Return SHA-256 in hexadecimal; the field's name is plain, so the pair is put together here: there are many."""
    return hashlib.sha256(salt + f'["{field}",{WORDS.encode(value)}]'.encode()).hexdigest()


def value_of(fact: "Fact", field: str) -> Any:
    if field in COLUMNS:
        return getattr(fact, COLUMNS[field])
    return fact.payload.get(field.removeprefix(PAYLOAD))


def said_in(said: dict[str, Any], field: str) -> Any:
    """Return the value from what a fact says openly."""
    part, _dot, name = field.partition(".")
    return said.get(part, {}).get(name)


def personal_in(fact: "Fact") -> dict[str, UUID | None]:
    """Return the fields of a fact that say something about a person, each with whom; None where nobody knows.

    Where it came from belongs to who acted; before anybody has signed in, to whom it was about.
    """
    declared: Mapping[str, str] = EVENTS[fact.name].personal if fact.name in EVENTS else {}
    whose = {field: _whom(fact, said) for field, said in declared.items()}
    who = fact.actor_id or whose.get("subject")
    found = {ACTOR: who, ADDRESS: who, DEVICE: who}
    if "subject" in whose:
        found[OBJECT] = whose.pop("subject")
    found |= {f"{PAYLOAD}{field}": whom for field, whom in whose.items()}
    return {field: whom for field, whom in found.items() if value_of(fact, field)}


def _whom(fact: "Fact", said: str) -> UUID | None:
    if said == "actor":
        return fact.actor_id
    found = fact.subject_id if said == "subject" else fact.payload.get(said)
    return UUID(str(found)) if found else None


def without(fact: "Fact", field: str) -> None:
    """Take the value out of a fact."""
    if field in COLUMNS:
        setattr(fact, COLUMNS[field], "")
    else:
        fact.payload.pop(field.removeprefix(PAYLOAD), None)
