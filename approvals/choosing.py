"""Steps whose people are chosen: by who asks (``initiator_choice``), or by who decides before (``previous_choice``)."""

from collections.abc import Iterator
from typing import Any

from approvals.models import Version
from approvals.projection import View
from approvals.tree import ASKING, Node, Tree, choice_of

RULE = "previous_choice"


def left_to_who_asks(version: Version) -> Iterator[tuple[Node, dict[str, Any], bool]]:
    """Yield the steps whose people who asks chooses, each with its limits and whether it cannot do without."""
    for node in version.tree.nodes():
        limits = choice_of(node, "initiator_choice")
        if limits is not None:
            yield node, limits, version.tree.needs_choice(node, limits)


def tree_of(view: View) -> Tree | None:
    """Return the flow in which the viewer's turn stands; None inside a partner's step without one of its own."""
    slot = view.my_slot
    frame = view.frame_of(view.run_of(slot)) if slot else None
    if frame is None:
        return view.instance.version.tree
    return frame.version.tree if frame.version else None


def choosable(view: View) -> list[tuple[Node, dict[str, Any]]]:
    """Return the steps whose people the viewer may choose now, each with its limits: up to the next that is certain."""
    slot, tree = view.my_slot, tree_of(view)
    if slot is None or tree is None:
        return []
    here = view.run_of(slot).node
    return list(_following(tree, here)) if here in tree.places else []


def _following(tree: Tree, here: str) -> Iterator[tuple[Node, dict[str, Any]]]:
    nodes = list(tree.nodes())
    start = next(at for at, node in enumerate(nodes) if node["id"] == here)
    for node in nodes[start + 1 :]:
        if node["type"] not in ASKING or not tree.is_before(here, node["id"]):
            continue
        rule = next((one[RULE] for one in node.get("who", ()) if RULE in one), None)
        if rule is not None:
            yield node, rule if isinstance(rule, dict) else {}
        if tree[node["id"]].split is None:
            return
