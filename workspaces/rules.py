"""The house rules of a workspace: what the host sets, what each participant tightens, and what holds in the end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kernel.errors import Sentence
from workspaces import history
from workspaces.models import DEFAULT_POLICY, Participant, Workspace

# Which of two values is the stricter one.
STRICTER: dict[str, Callable[[Any, Any], Any]] = {
    "external_download": lambda one, other: one and other,
    "external_invite": lambda one, other: one and other,
    "watermark": lambda one, other: one or other,
    "history_for_newcomers": history.stricter,
    "guest_days": min,
    "needs_agreement": lambda one, other: one or other,
}


@dataclass(frozen=True)
class Effect:
    """The value in force, and whose word it is: the host's, or a participant's that is stricter."""

    name: str
    value: Any
    source: Any  # the Organization

    @property
    def words(self) -> Sentence:
        """Return what newcomers read, where this is the rule for them."""
        return history.words(self.value)


def said_by_host(workspace: Workspace) -> dict[str, Any]:
    return DEFAULT_POLICY | workspace.policy


def effective(workspace: Workspace, participants: Iterable[Participant]) -> dict[str, Effect]:
    """Return what holds for everybody: of all that was said, the strictest.

    Args:
        participants: the active ones, with their organizations.
    """
    found = {name: Effect(name, value, workspace.host) for name, value in said_by_host(workspace).items()}
    for one in participants:
        for name, value in one.policy.items():
            stricter = STRICTER[name](found[name].value, value)
            if stricter != found[name].value:
                found[name] = Effect(name, stricter, one.organization)
    return found


def in_force(workspace: Workspace) -> dict[str, Effect]:
    return effective(workspace, workspace.participants.active().select_related("organization"))
