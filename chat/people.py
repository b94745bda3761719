"""Whom an external contact meets: those with whom they share a channel, and who manages the room."""

from django.db.models import Exists, OuterRef, Q

from chat.models import Channel, ChannelMember
from kernel.actor import Actor
from workspaces.models import Member


def met_in_channels(actor: Actor) -> Q:
    mine = ChannelMember.objects.filter(user_id=actor.user_id)
    shared = ChannelMember.objects.filter(channel__in=mine.values("channel_id"), user=OuterRef("user_id"))
    open_here = Channel.objects.filter(
        pk__in=mine.values("channel_id"),
        kind=Channel.Kind.OPEN,
        workspace=OuterRef("workspace_id"),
        internal_to=None,
    )
    in_open = Q(contact=None) & Exists(open_here)
    return (
        Q(Exists(shared.filter(channel__workspace=OuterRef("workspace_id"))))
        | in_open
        | Q(role=Member.Role.MANAGER)
    )
