"""What the parts of the demo hand on to each other."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from kernel.actor import Actor


@dataclass
class World:
    people: dict[str, User] = field(default_factory=dict)
    orgs: dict[str, Any] = field(default_factory=dict)
    workspaces: dict[str, Any] = field(default_factory=dict)
    channels: dict[str, Any] = field(default_factory=dict)

    def as_(self, person: str, org: str | None = None) -> Actor:
        """Return one of the people under the hat of one of the organizations."""
        return Actor.person(self.people[person], self.orgs[org] if org else None)
