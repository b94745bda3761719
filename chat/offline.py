"""What of a channel may stay in somebody's browser, to be read without a connection."""

from collections.abc import Iterable
from typing import Any

from chat.models import Channel, seat_in
from kernel.actor import Actor
from workspaces.models import Workspace
from workspaces.rules import in_force

MOST_MESSAGES, MOST_CHANNELS = 50, 20


def may_stay(actor: Actor, channel: Channel, policies: dict[Any, Any] | None = None) -> bool:
    """Tell whether a copy may stay: of nothing confidential, nothing that is watermarked, and nothing that people of
    others may not take out of the room.

    Args:
        policies: what is in force in rooms that were asked about before.
    """
    workspace = channel.workspace
    if workspace is None:
        return True
    if channel.classification == Workspace.Classification.CONFIDENTIAL:
        return False
    known = {} if policies is None else policies
    if workspace.pk not in known:
        known[workspace.pk] = {name: one.value for name, one in in_force(workspace).items()}
    policy = known[workspace.pk]
    if policy["watermark"]:
        return False
    seat = seat_in(actor, channel)
    is_ours = seat is not None and not seat.is_external and seat.organization_id == workspace.host_id
    return is_ours or policy["external_download"]


def staying(actor: Actor, channels: Iterable[Channel]) -> list[Channel]:
    """Return those of which a copy may stay."""
    policies: dict[Any, Any] = {}
    return [one for one in channels if may_stay(actor, one, policies)]
