"""Who may, in a workspace."""

from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Contact, Organization, role_in
from orgs.policies import RECORD_READERS, WORKING, steers
from workspaces.models import Hold, Member, Participant, Workspace, is_kept_out, seat_of
from workspaces.rules import in_force


def manages_for(actor: Actor, workspace_id: object, organization_id: object) -> bool:
    """Tell whether the person decides for that organization here: its manager, or its owner or admin."""
    seat = seat_of(actor, workspace_id)  # type: ignore[arg-type]
    is_manager = (
        seat is not None and seat.role == Member.Role.MANAGER and seat.organization_id == organization_id
    )
    return is_manager or (
        steers(actor, organization_id) and not is_kept_out(actor, workspace_id, organization_id)
    )  # type: ignore[arg-type]


@rule("workspaces.open")
def may_open(actor: Actor, organization: Organization | None) -> bool:
    """Any member of an organization opens workspaces in it."""
    return organization is not None and role_in(actor, organization.pk) in WORKING


@rule("workspaces.view")
def may_view(actor: Actor, workspace: Workspace) -> bool:
    return actor.holds("workspaces.view_workspace", workspace)


@rule("workspaces.comment")
def may_comment(actor: Actor, workspace: Workspace) -> bool:
    return actor.holds("workspaces.comment_workspace", workspace)


@rule("workspaces.edit")
def may_edit(actor: Actor, workspace: Workspace) -> bool:
    return actor.holds("workspaces.edit_workspace", workspace)


@rule("workspaces.change")
def may_change(actor: Actor, workspace: Workspace) -> bool:
    """The host's managers: what is in it, how it works, whether it goes on."""
    return manages_for(actor, workspace.pk, workspace.host_id)


@rule("workspaces.lower_label")
def may_lower_label(actor: Actor, workspace: Workspace) -> bool:
    """What is marked less strictly than before is so by the word of the organization that owns it."""
    return steers(actor, workspace.host_id)


@rule("workspaces.invite_participant")
def may_invite_participant(actor: Actor, workspace: Workspace) -> bool:
    return manages_for(actor, workspace.pk, workspace.host_id)


@rule("workspaces.answer_invitation")
def may_answer_invitation(actor: Actor, participant: Participant) -> bool:
    """An owner or admin of the organization that was asked."""
    return steers(actor, participant.organization_id)


@rule("workspaces.end_participation")
def may_end_participation(actor: Actor, participant: Participant) -> bool:
    """Each side may go, and the host may ask any other to go."""
    return steers(actor, participant.organization_id) or manages_for(
        actor, participant.workspace_id, participant.workspace.host_id
    )


@rule("workspaces.set_participant_policy")
def may_set_participant_policy(actor: Actor, participant: Participant) -> bool:
    return manages_for(actor, participant.workspace_id, participant.organization_id)


@rule("workspaces.manage_people")
def may_manage_people(actor: Actor, participant: Participant) -> bool:
    """Each organization's own managers, owners and admins, for its own people."""
    return manages_for(actor, participant.workspace_id, participant.organization_id)


@rule("workspaces.bring_contact")
def may_bring_contact(actor: Actor, thing: tuple[Participant, Contact]) -> bool:
    """Where the rules say so, every member with a hand in the work, for contacts they vouch for."""
    side, contact = thing
    seat = seat_of(actor, side.workspace_id)
    at_work = (
        seat is not None and seat.role in (Member.Role.MANAGER, Member.Role.EDITOR) and not seat.is_external
    )
    ours = seat is not None and seat.organization_id == side.organization_id
    vouches = contact.sponsor_id == actor.user_id
    return at_work and ours and vouches and in_force(side.workspace)["external_invite"].value


@rule("workspaces.add_people")
def may_add_people(actor: Actor, workspace: Workspace) -> bool:
    """Whoever decides for one of its organizations; where the rules say so, everybody at work here."""
    seat = seat_of(actor, workspace.pk)
    if seat is not None and not seat.is_external:
        opened = seat.role == Member.Role.EDITOR and in_force(workspace)["external_invite"].value
        if seat.role == Member.Role.MANAGER or opened:
            return True
    parts = Participant.objects.active().filter(workspace=workspace).open_to(actor)
    return any(
        steers(actor, organization_id) for organization_id in parts.values_list("organization_id", flat=True)
    )


@rule("workspaces.remove_member")
def may_remove_member(actor: Actor, seat: Member) -> bool:
    """Everybody may go; else those who decide for the organization of the seat."""
    return seat.user_id == actor.user_id or manages_for(actor, seat.workspace_id, seat.organization_id)


@rule("workspaces.remove_bot")
def may_remove_bot(actor: Actor, seat: Member) -> bool:
    """Of programs, whoever decides for any organization that takes part: what one refuses does not work there."""
    parts = Participant.objects.active().filter(workspace=seat.workspace_id)
    sides = parts.values_list("organization_id", flat=True)
    return seat.user.is_bot and any(manages_for(actor, seat.workspace_id, one) for one in sides)


@rule("workspaces.read_record")
def may_read_record(actor: Actor, workspace: Workspace) -> bool:
    """Managers, and owners, admins and auditors of the organizations that take part."""
    seat = seat_of(actor, workspace.pk)
    if seat is not None and seat.role == Member.Role.MANAGER:
        return True
    parts = Participant.objects.active().filter(workspace=workspace).open_to(actor)
    return any(
        role_in(actor, organization_id) in RECORD_READERS
        for organization_id in parts.values_list("organization_id", flat=True)
    )


@rule("workspaces.end_elsewhere")
def may_end_elsewhere(actor: Actor, thing: object) -> bool:
    """The platform itself, where something has ended on another floor."""
    return False


@rule("workspaces.hold")
def may_hold(actor: Actor, organization: Organization) -> bool:
    """Owners and admins keep outsiders out of their organization's rooms."""
    return steers(actor, organization.pk)


@rule("workspaces.lift_hold")
def may_lift_hold(actor: Actor, hold: Hold) -> bool:
    """The organization that holds, and nobody else."""
    return steers(actor, hold.organization_id)


@rule("workspaces.answer_hold")
def may_answer_hold(actor: Actor, hold: Hold) -> bool:
    """Who is held, those who steer the organization they act for, and whoever vouches for them."""
    is_sponsor = hold.contact is not None and hold.contact.sponsor_id == actor.user_id
    return hold.user_id == actor.user_id or is_sponsor or steers(actor, hold.home_id)
