"""What siblings show on a workspace's home and beside its channels."""

from dataclasses import dataclass, field
from typing import Any

from ui.registry import Registry


@dataclass(frozen=True)
class Panel:
    """A fragment and what it expects. ``wide`` panels stand in the main column of the home page."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    wide: bool = False


# Asked with (request, workspace).
panels: Registry[Panel] = Registry()
