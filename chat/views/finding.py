"""The channel of a page."""

from uuid import UUID

from django.http import HttpRequest

from chat.models import Channel
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
