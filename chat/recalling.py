"""How long a message can be taken back, by the rules of two houses: its author's and the room's."""

from datetime import datetime, timedelta

from django.utils import timezone

from chat.models import Channel, Message
from orgs.models import RECALL_MINUTES, Organization


def window_of(organization: Organization | None, channel: Channel) -> timedelta:
    """Return for how long: what the author's organization allows, or the room's host where that is less."""
    said = [RECALL_MINUTES if organization is None else organization.recall_minutes]
    if channel.workspace is not None:
        said.append(channel.workspace.host.recall_minutes)
    return timedelta(minutes=min(said))


def recallable_until(message: Message) -> datetime | None:
    """Return until when its author may take it back; None where that is over, or was never allowed."""
    until = message.created_at + window_of(message.organization, message.channel)
    return until if message.deleted_at is None and until > timezone.now() else None
