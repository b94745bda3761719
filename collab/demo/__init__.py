"""The demo world: three companies, an outside contact and somebody who belongs nowhere. Repeating it changes nothing."""

from importlib import import_module
from importlib.util import find_spec

from collab.demo.world import World

# Each stands on those before it.
PARTS = ("people", "orgs", "workspaces", "chat", "approvals", "margins", "watching", "incidents", "waiting")


def build() -> World:
    """Make what is missing of the demo world, through the same operations as everybody."""
    world = World()
    for part in PARTS:
        if find_spec(f"collab.demo.{part}"):
            import_module(f"collab.demo.{part}").build(world)
    return world
