"""The API's resources, as an organization as a whole may see them today: what its owners could open, and no more.

Nobody in particular looks, so nothing here depends on a person: no private channel, no direct message, nothing that is
internal to another organization. Each function is asked again before every try.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from approvals.api.outputs import InstanceOutput
from approvals.models import Instance, Run
from approvals.projection import View
from chat.models import Channel, Message
from chat.resources import resource_of
from kernel.actor import Actor
from orgs.api.partnerships import PARTNERSHIPS, PartnershipOutput
from orgs.api.people import MEMBERS, MemberOutput
from orgs.models import Organization
from workspaces.api import PARTICIPANTS, WORKSPACES, ParticipantOutput, WorkspaceOutput
from workspaces.clearances import clearance_of, highest
from workspaces.models import Participant


@dataclass(frozen=True)
class Shown:
    """A resource, and the room that it is of."""

    workspace_id: UUID | None
    resource: dict[str, Any]


def takes_part(organization: Organization, workspace_id: UUID | None) -> bool:
    return Participant.objects.active().filter(workspace=workspace_id, organization=organization).exists()


def message(message_id: UUID, organization: Organization) -> Shown | None:
    """Show what is said in open channels of rooms that it takes part in and is cleared for."""
    row = Message.objects.told().select_related("channel__workspace").filter(pk=message_id).first()
    if row is None or not (_reads(organization, row.channel) and _from_when(organization, row)):
        return None
    return Shown(row.channel.workspace_id, resource_of(row))


def _reads(organization: Organization, channel: Channel) -> bool:
    room = channel.workspace
    if channel.kind != Channel.Kind.OPEN or channel.internal_to_id not in (None, organization.pk):
        return False
    if room is None or not takes_part(organization, room.pk):
        return False
    return clearance_of(room.pk, organization.pk, highest(channel.label, room.classification)) is not None


def _from_when(organization: Organization, message: Message) -> bool:
    """Tell whether it was said since the organization takes part, or as long before as newcomers read."""
    days = message.channel.history_days
    part = Participant.objects.filter(workspace=message.channel.workspace_id, organization=organization)
    since = part.values_list("since", flat=True).first()
    return days is None or since is None or message.created_at >= since - timedelta(days=days)


def approval(instance_id: UUID, organization: Organization) -> Shown | None:
    """Show a request as its side sees it, once it has been that side's turn; what can be done with it is a person's."""
    turns = Run.objects.filter(party_org=organization).values("instance_id")
    row = Instance.objects.told().filter(pk=instance_id, pk__in=turns).first()
    if row is None:
        return None
    view = View(row, Actor.nobody("webhooks").for_org(organization), side=organization.pk)
    view.can = []
    return Shown(row.workspace_id if view.is_host else None, dict(InstanceOutput(view).data))


def workspace(workspace_id: UUID, organization: Organization) -> Shown | None:
    row = WORKSPACES.filter(pk=workspace_id).first()
    if row is None or not takes_part(organization, workspace_id):
        return None
    return Shown(workspace_id, WorkspaceOutput(row).data)


def participant(participant_id: UUID, organization: Organization) -> Shown | None:
    """Show who takes part to those who do; and to each organization how it stands with itself, when it is out too."""
    row = PARTICIPANTS.filter(pk=participant_id).first()
    if row is None:
        return None
    if row.organization_id != organization.pk and not takes_part(organization, row.workspace_id):
        return None
    return Shown(row.workspace_id, ParticipantOutput(row).data)


def partnership(partnership_id: UUID, organization: Organization) -> Shown | None:
    row = PARTNERSHIPS.filter(Q(host=organization) | Q(partner=organization), pk=partnership_id).first()
    return Shown(None, PartnershipOutput(row).data) if row else None


def member(membership_id: UUID, organization: Organization) -> Shown | None:
    row = MEMBERS.filter(pk=membership_id, organization=organization).first()
    return Shown(None, MemberOutput(row).data) if row else None
