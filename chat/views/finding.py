"""The channel of a page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from chat.models import Arrangement, Channel
from chat.places import channels_of, icon_of
from orgs.views.finding import find
from workspaces.models import seated

CHANNELS = Channel.objects.select_related("workspace__host", "internal_to", "opened_by")


def the_channel(request: HttpRequest, channel_id: UUID) -> Channel:
    """Return the channel of this page; from here on the person wears the hat of their seat."""
    channel = find(request, CHANNELS, channel_id)
    if channel.workspace_id:
        request.actor = seated(request.actor, channel.workspace_id)
    channel.icon = icon_of(channel)
    return channel


def listed_channel(request: HttpRequest, channel_id: UUID) -> Channel:
    """Return the same, for a page whose sidebar lists it anyway: one question for both."""
    listed = next((one for one in channels_of(request) if one.pk == channel_id), None)
    if listed is None:
        return the_channel(request, channel_id)
    request.actor = seated(request.actor, listed.workspace_id)
    listed.icon = icon_of(listed)
    return listed


def arranged_by(request: HttpRequest, channel: Any) -> None:
    """Say of a channel how the person has arranged it, where the sidebar has not said so already."""
    if hasattr(channel, "standing"):
        return
    mine = Arrangement.objects.filter(channel=channel, user=request.actor.user_id).first() or Arrangement()
    channel.standing, channel.shelf, channel.muted = mine.standing, mine.shelf_id, mine.is_muted
    channel.hears = mine.hears
