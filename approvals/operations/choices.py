"""People chosen for steps to come: by who asks, or by who decides the step before."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import DIRECTORY, Case
from approvals.engine.asking import directory_of
from approvals.models import Run
from approvals.tree import Node, choice_of
from kernel.acting import acting
from kernel.errors import InvalidInput

Choices = dict[str, list[str]]


def choose(
    case: Case,
    said: Any,
    rule: str,
    within: Run | None = None,
    *,
    complete: bool = False,
    draft: bool = False,
) -> Choices:
    """Return the chosen people, by node.

    Args:
        said: ``{node: [people]}``.
        rule: ``initiator_choice`` or ``previous_choice``; only nodes that ask for it take one.
        within: the partner's step whose flow it is.
        complete: whether every such node that is certain to be reached must have its people.
        draft: more will be chosen, so nobody minds too few.

    Raises:
        InvalidInput: an unknown node, somebody who may not decide there, too few or too many.
    """
    if not isinstance(said, dict):
        raise InvalidInput.at("/choices", "type", _("Send people by step."))
    tree = case.tree_of(within)
    wanted = {
        node["id"]: (node, limits) for node in tree.nodes() if (limits := choice_of(node, rule)) is not None
    }
    errors, chosen = [], {}
    for name in said:
        if name not in wanted:
            errors.append(_fault(name, "unknown", _("There is no such step to choose people for.")))
    for name, (node, limits) in wanted.items():
        if name not in said:
            if complete and tree.needs_choice(node, limits):
                errors.append(_fault(name, "required", _("Choose who is asked.")))
            continue
        people, fault = _people(case, said[name], node, {**limits, "min": 0} if draft else limits, within)
        if fault:
            errors.append(fault)
        chosen[name] = people
    if errors:
        raise InvalidInput(errors=errors)
    return chosen


def _people(
    case: Case, said: Any, node: Node, limits: dict[str, Any], within: Run | None
) -> tuple[list[str], dict[str, Any] | None]:
    name = node["id"]
    try:
        keys = list(dict.fromkeys(UUID(one) for one in said))
    except (TypeError, ValueError, AttributeError):
        return [], _fault(name, "type", _("A list of people is expected."))
    if not limits.get("min", 1) <= len(keys) <= limits.get("max", 1_000):
        return [], _fault(name, "limit", _("Too few, or too many, were chosen."))
    with acting(DIRECTORY):
        directory = directory_of(case, case.org_of(within), name)
        there = {one.user_id for one in directory.named(map(str, keys), "choice")}
        if "range" in limits:
            there &= {one.user_id for one in directory.people(limits["range"], self_rule="allow")}
    if set(keys) - there:
        return [], _fault(name, "unknown", _("Nobody of your organization who may decide here."))
    return [str(one) for one in keys], None


def _fault(name: str, code: str, words: Any) -> dict[str, Any]:
    return {"pointer": f"/choices/{name}", "code": code, "detail": words}
