"""What a definition may say: every fault is found in one go, each with its JSON pointer."""

from collections.abc import Callable
from typing import Any

from approvals.models.definitions import canonical
from approvals.schema.inspection import ERRORS
from approvals.schema.nodes import Flow
from approvals.schema.parts import DEFAULT_PATTERN
from approvals.schema.shelf import CATEGORIES
from kernel.errors import TooLarge

MAX_BYTES = 512 * 1024
KEYS = {"schema", "key", "title", "parties", "form", "flow", "numbering", "policy", "fragment", "category"}

__all__ = ["DEFAULT_PATTERN", "ERRORS", "check", "check_head"]


def check_head(body: Any) -> None:
    """Refuse what is no definition at all: a draft may be wrong in detail, but has a key and a title."""
    inspection = Inspection(body)
    if len(canonical(body)) > MAX_BYTES:
        raise TooLarge
    inspection.head()
    inspection.end()


def check(body: Any, others: Callable[[str], Any] | None = None) -> None:
    """Refuse a definition that cannot run.

    Args:
        others: returns what the organization has published with a key, None where there is nothing; what it waits
            for is looked at with it.

    Raises:
        TooLarge: more than 512 KiB.
        InvalidInput: with every fault that was found.
    """
    if len(canonical(body)) > MAX_BYTES:
        raise TooLarge
    inspection = Inspection(body)
    inspection.others = others
    inspection.head()
    if isinstance(body, dict):
        inspection.whole()
    inspection.end()


class Inspection(Flow):
    """One walk over one definition."""

    def whole(self) -> None:
        self.is_object(self.body, "", KEYS)
        if "category" in self.body:
            self.one_of(self.body["category"], "/category", tuple(CATEGORIES))
        for pointer, party in self.listed(self.body.get("parties", []), "/parties", 20):
            self.party(party, pointer)
        self.form(self.body.get("form"))
        self.formulas()
        self.bindings()
        if "flow" not in self.body:
            self.fault("/flow", "required")
        else:
            self.flow(self.body["flow"])
        self.checks()
        self.steps_known()
        self.earlier()
        self.fragment()
        self.numbering(self.body.get("numbering", {}))
        self.policy(self.body.get("policy", {}))
