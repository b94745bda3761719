"""Organizations come into a room, set their own rules there, and go."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Agreement, Organization, Partnership, work_together
from workspaces import grants
from workspaces.errors import AgreementNeeded, AlreadyParticipates, HostStays, PartnershipNeeded
from workspaces.events import ParticipantInvited, ParticipantJoined, ParticipantLeft, ParticipantPolicyChanged
from workspaces.models import Member, Participant, Workspace
from workspaces.operations.hats import for_side, in_room, locked
from workspaces.rules import STRICTER, in_force, said_by_host


def held(participant: Participant) -> Participant:
    """Return the participant as it is now, its workspace locked before it."""
    workspace = locked(participant.workspace_id)
    found = Participant.objects.select_related("organization").get(pk=participant.pk)
    found.workspace = workspace
    return found


@operation
def invite_participant(*, actor: Actor, workspace: Workspace, organization: Organization) -> Participant:
    """Ask a partner organization into the room.

    Raises:
        PartnershipNeeded: the host has no active partnership with it.
        AlreadyParticipates: it is in, or has been asked.

    Emits: ParticipantInvited.
    """
    workspace = locked(workspace.pk)
    require(actor, "workspaces.invite_participant", workspace)
    workspace.check_open()
    if not work_together(workspace.host_id, organization.pk):
        raise PartnershipNeeded
    participant = workspace.participants.filter(organization=organization).first()
    if participant is None:
        participant = Participant(workspace=workspace, organization=organization, invited_by=actor.user)
        participant.save(force_insert=True)
    elif participant.state in (Participant.State.INVITED, Participant.State.ACTIVE):
        raise AlreadyParticipates
    else:
        participant.move_to(Participant.State.INVITED)
        participant.invited_by = actor.user
        participant.save(update_fields=["state", "invited_by"])
    participant.workspace, participant.organization = workspace, organization
    emit(ParticipantInvited.about(participant, in_room(actor, workspace)))
    return participant


@operation
def accept_participation(*, actor: Actor, participant: Participant) -> Participant:
    """Come in; whoever accepts is the organization's first manager here.

    Raises:
        PartnershipNeeded: the partnership is no longer active.
        AgreementNeeded: the rules here ask for one in force.
        ParticipationClosed: somebody was quicker, or it was taken back.

    Emits: ParticipantJoined.
    """
    participant = held(participant)
    require(actor, "workspaces.answer_invitation", participant)
    workspace = participant.workspace
    workspace.check_open()
    participant.move_to(Participant.State.ACTIVE)
    if not work_together(workspace.host_id, participant.organization_id):
        raise PartnershipNeeded
    _check_agreement(participant)
    participant.since = timezone.now()
    participant.save(update_fields=["state", "since"])
    _seat_first_manager(actor, participant)
    emit(ParticipantJoined.about(participant, for_side(actor, participant.organization)))
    return participant


def _check_agreement(participant: Participant) -> None:
    """Where the rules ask for it, what the two share must have been agreed."""
    workspace = participant.workspace
    if not in_force(workspace)["needs_agreement"].value:
        return
    between = Partnership.objects.between(workspace.host_id, participant.organization_id)
    if not Agreement.objects.in_force().filter(partnership__in=between).exists():
        raise AgreementNeeded


def _seat_first_manager(actor: Actor, participant: Participant) -> None:
    seat = Member.objects.filter(workspace=participant.workspace_id, user=actor.user).first()
    if seat is not None:  # they came in earlier under another hat
        return
    seat = Member(
        workspace=participant.workspace,
        user=actor.user,
        organization=participant.organization,
        role=Member.Role.MANAGER,
        added_by=actor.user,
    )
    seat.save(force_insert=True)
    grants.write(seat)


@operation
def end_participation(*, actor: Actor, participant: Participant) -> Participant:
    """Go, decline, or ask another organization to go: all its seats and grants end with it.

    Raises:
        HostStays: the host archives the room instead.

    Emits: ParticipantLeft.
    """
    participant = held(participant)
    require(actor, "workspaces.end_participation", participant)
    if participant.organization_id == participant.workspace.host_id:
        raise HostStays
    own = for_side(actor, participant.organization)
    goes = own.org_id == participant.organization_id
    acts = own if goes else in_room(actor, participant.workspace)
    close(acts, participant, Participant.State.LEFT if goes else Participant.State.REMOVED)
    return participant


def close(actor: Actor, participant: Participant, state: str) -> None:
    """End an organization's part. The participation goes last: whoever acts may see the room through it alone."""
    participant.move_to(state)
    seats = Member.objects.filter(
        workspace=participant.workspace_id, organization=participant.organization_id
    )
    user_ids = list(seats.values_list("user_id", flat=True))
    grants.withdraw(participant.workspace_id, user_ids)
    emit(ParticipantLeft.about(participant, actor, state=state, user_ids=tuple(user_ids)))
    seats.delete()
    participant.save(update_fields=["state"])


@operation
def set_participant_policy(*, actor: Actor, participant: Participant, policy: dict[str, Any]) -> Participant:
    """Set the organization's own rules here; where they are stricter than the host's, they hold for everybody.

    Args:
        policy: the whole of it; a rule left out is the host's to say.

    Raises:
        InvalidInput: a rule looser than the host's.

    Emits: ParticipantPolicyChanged, if something changed.
    """
    participant = held(participant)
    require(actor, "workspaces.set_participant_policy", participant)
    participant.workspace.check_open()
    host = said_by_host(participant.workspace)
    for name, value in policy.items():
        if STRICTER[name](host[name], value) != value:
            raise InvalidInput.at(f"/policy/{name}", "too_loose", _("The host holds this tighter."))
    before = participant.policy
    if policy == before:
        return participant
    participant.policy = policy
    participant.save(update_fields=["policy"])
    acts = for_side(actor, participant.organization)
    emit(ParticipantPolicyChanged.about(participant, acts, before=before, after=policy))
    return participant
