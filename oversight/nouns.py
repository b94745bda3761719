"""What can be inspected, and whom it concerns."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.models import Instance
from chat.models import Channel, ChannelMember
from kernel.errors import InvalidInput
from orgs.models import Membership
from oversight.models import Inspection
from workspaces.models import Member, Participant, Workspace


@dataclass(frozen=True)
class Noun:
    name: str
    org_ids: list[UUID]
    workspace_id: UUID | None = None


def found(kind: str, noun_id: UUID) -> Noun:
    """Return what is asked for.

    Raises:
        InvalidInput: there is no such thing.
    """
    model, describe = KINDS[kind]
    thing = model.objects.filter(pk=noun_id).first()
    if thing is None:
        raise InvalidInput.at("/noun_id", "unknown", _("There is no such object."))
    return describe(thing)


def _workspace(workspace: Any) -> Noun:
    return Noun(workspace.name, _sharing(workspace.pk), workspace.pk)


def _sharing(workspace_id: UUID) -> list[UUID]:
    """Return the organizations that are, or have been, part of a workspace: the host first of all."""
    theirs = Participant.objects.filter(workspace_id=workspace_id).exclude(state=Participant.State.INVITED)
    host = Workspace.objects.values_list("host_id", flat=True).get(pk=workspace_id)
    return list({host, *theirs.values_list("organization_id", flat=True)})


def _channel(channel: Any) -> Noun:
    """Return it with those who read along; a room's shared record is no place for a private channel's name."""
    if channel.internal_to_id:
        return Noun(channel.name, [channel.internal_to_id])
    if channel.kind == Channel.Kind.OPEN:
        return Noun(channel.name, _sharing(channel.workspace_id), channel.workspace_id)
    people = ChannelMember.objects.filter(channel=channel).values("user_id")
    if channel.workspace_id:
        seats = Member.objects.filter(workspace_id=channel.workspace_id, user_id__in=people)
        return Noun(channel.name, list(seats.values_list("organization_id", flat=True).distinct()))
    theirs = Membership.objects.active().filter(user_id__in=people)
    return Noun(str(_("Direct messages")), list(theirs.values_list("organization_id", flat=True).distinct()))


def _approval(instance: Any) -> Noun:
    return Noun(str(instance), list(instance.org_ids()))


KINDS: dict[str, tuple[Any, Any]] = {
    Inspection.Kind.WORKSPACE: (Workspace, _workspace),
    Inspection.Kind.CHANNEL: (Channel, _channel),
    Inspection.Kind.APPROVAL: (Instance, _approval),
}
