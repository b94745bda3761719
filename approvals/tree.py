"""The way of a definition: a tree of blocks, in which every split owns its join, and every node has a path.

Loops come about only by returning; so a node's place says all that follows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]
Block = list[Node]

SPLITS = ("branch", "inclusive", "parallel")
ASKING = ("approve", "handle")  # nodes that wait for people of the side they stand on
MEETING = ("party", "confirm")  # nodes that wait for other organizations
WAITING = ("wait", "subflow", "call")  # nodes that wait for nobody's word
DEFAULT = "default"


@dataclass(frozen=True)
class Place:
    """Where a node stands: in which block, after which others, inside which split."""

    node: Node
    path: str  # a JSON pointer from the definition: /flow/1/cases/0/flow/2
    block: Block = field(repr=False)
    at: int
    split: str | None  # the node whose block it is; None in the flow itself
    branch: str  # which of that node's blocks

    @property
    def following(self) -> Block:
        return self.block[self.at + 1 :]


@dataclass(frozen=True)
class Branch:
    """One of a split's blocks. ``on`` is its condition, None where there is none to meet."""

    key: str
    flow: Block
    on: Any = None


def branches(node: Node) -> list[Branch]:
    """Return the blocks of a split in order; the default, where it has one, last."""
    if node["type"] == "parallel":
        return [Branch(str(n), one.get("flow", [])) for n, one in enumerate(node["branches"])]
    cases = [Branch(str(n), one.get("flow", []), one["if"]) for n, one in enumerate(node["cases"])]
    return [*cases, Branch(DEFAULT, node.get("default", []))]


def choice_of(node: Node, rule: str) -> dict[str, Any] | None:
    """Return the limits of a choice of people for a step, if that is how they are found: how many, and among whom."""
    for one in node.get("who", ()):
        if rule in one:
            return one[rule] if isinstance(one[rule], dict) else {}
    return {} if rule == "initiator_choice" and node.get("empty") == rule else None


class Tree:
    """A flow, walked once."""

    def __init__(self, flow: Block) -> None:
        self.flow = flow
        self.places: dict[str, Place] = {}
        self._walk(flow, "/flow", None, "")

    def _walk(self, block: Block, path: str, split: str | None, branch: str) -> None:
        for at, node in enumerate(block):
            here = f"{path}/{at}"
            self.places[node["id"]] = Place(node, here, block, at, split, branch)
            if node["type"] in SPLITS:
                for one in branches(node):
                    self._walk(one.flow, here + _inside(node, one), node["id"], one.key)

    def __getitem__(self, node_id: str) -> Place:
        return self.places[node_id]

    def get(self, node_id: str) -> Node | None:
        place = self.places.get(node_id)
        return place.node if place else None

    def needs_choice(self, node: Node, limits: dict[str, Any]) -> bool:
        """Tell whether people must be chosen for a step: it is certain to be reached."""
        return self[node["id"]].split is None and limits.get("min", 1) > 0

    def nodes(self) -> Iterator[Node]:
        """Yield every node in the order of the definition."""
        return (place.node for place in self.places.values())

    def block_of(self, node: Node, branch: str) -> Block:
        return next(one.flow for one in branches(node) if one.key == branch)

    def splits_around(self, node_id: str) -> list[tuple[str, str]]:
        """Return the splits around a node with the branch it stands in, the innermost first."""
        found, place = [], self.places[node_id]
        while place.split is not None:
            found.append((place.split, place.branch))
            place = self.places[place.split]
        return found

    def is_before(self, one: str, other: str) -> bool:
        """Tell whether ``one`` has been passed when ``other`` is reached: in the same block or one around it."""
        place = self.places[one]
        here: str | None = other
        while here is not None:
            there = self.places[here]
            if there.block is place.block:
                return place.at < there.at
            here = there.split
        return False

    def chain(self, node_id: str) -> Iterator[Place]:
        """Yield a node's place and those of the splits around it, outwards."""
        place = self.places[node_id]
        yield place
        while place.split is not None:
            place = self.places[place.split]
            yield place

    def common(self, target: str, here: str) -> Block | None:
        """Return the block in which the target's way and this node's meet, if the target lies before; else nothing."""
        mine = list(self.chain(here))
        for place in self.chain(target):
            for other in mine:
                if other.block is place.block:
                    return place.block if place.at < other.at else None
        return None


def _inside(node: Node, branch: Branch) -> str:
    if node["type"] == "parallel":
        return f"/branches/{branch.key}/flow"
    return "/default" if branch.key == DEFAULT else f"/cases/{branch.key}/flow"
