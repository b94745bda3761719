"""Who may, about definitions and requests."""

from typing import Any
from uuid import UUID

from access.levels import Level
from approvals.access import weigh
from approvals.models import Assignment, Definition, Delegation, Instance
from approvals.standing_in import stands_in
from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Organization, role_in

STEERING = ("owner", "admin")
WORKING = (*STEERING, "member")


@rule("approvals.manage_definitions")
def may_manage_definitions(actor: Actor, organization: Organization | None) -> bool:
    return organization is not None and role_in(actor, organization.pk) in STEERING


@rule("approvals.sign_calls")
def may_sign_calls(actor: Actor, organization: Organization | None) -> bool:
    """Owners and admins have the secret under which their organization's steps call."""
    return organization is not None and role_in(actor, organization.pk) in STEERING


@rule("approvals.rotate_seal")
def may_rotate_seal(actor: Actor, organization: Organization | None) -> bool:
    """Owners give their organization's decisions a new seal."""
    return organization is not None and role_in(actor, organization.pk) == "owner"


@rule("approvals.start")
def may_start(actor: Actor, definition: Definition) -> bool:
    """Everybody who works there."""
    return role_in(actor, definition.organization_id) in WORKING


@rule("approvals.submit")
def may_submit(actor: Actor, instance: Instance) -> bool:
    """Who asked, or to whom they have handed it over when they left."""
    return instance.asker_id == actor.user_id and role_in(actor, instance.acting_org_id) in WORKING


@rule("approvals.write")
def may_write(actor: Actor, instance: Instance) -> bool:
    """Who asks, while it is theirs to write or to change, and whoever it waits for."""
    if may_submit(actor, instance):
        return instance.state in (
            Instance.State.DRAFT,
            Instance.State.RETURNED,
            Instance.State.APPROVED,
        ) or _waits(actor, instance)
    return _waits(actor, instance)


def _waits(actor: Actor, instance: Instance) -> bool:
    open_ = Assignment.objects.filter(instance=instance, state=Assignment.State.PENDING).select_related("run")
    return any(may_decide(actor, one) for one in open_)


@rule("approvals.decide")
def may_decide(actor: Actor, assignment: Assignment) -> bool:
    """Whose slot it is, or who stands in for them."""
    if role_in(actor, assignment.run.party_org_id) not in WORKING:
        return False
    return assignment.principal_id == actor.user_id or stands_in(actor, assignment)


@rule("approvals.keep_time")
def may_keep_time(actor: Actor, thing: Any) -> bool:
    """The platform's clock does; nobody else lets an hour come."""
    return False


@rule("approvals.delegate")
def may_delegate(actor: Actor, given: tuple[Organization | None, UUID | None]) -> bool:
    """Everybody who works there for themselves, who steers it for its people."""
    organization, giver = given
    if organization is None:
        return False
    role = role_in(actor, organization.pk)
    return role in STEERING or (role in WORKING and giver in (None, actor.user_id))


@rule("approvals.end_delegation")
def may_end_delegation(actor: Actor, given: Delegation) -> bool:
    role = role_in(actor, given.organization_id)
    return role in STEERING or (role in WORKING and actor.user_id in (given.principal_id, given.delegate_id))


@rule("approvals.steer")
def may_steer(actor: Actor, side: Any) -> bool:
    """Whoever steers the organization whose step stands still."""
    return side is not None and role_in(actor, side) in STEERING


@rule("approvals.withdraw")
def may_withdraw(actor: Actor, instance: Instance) -> bool:
    allowed = instance.version.body.get("policy", {}).get("withdraw", "until_end") != "never"
    return allowed and may_submit(actor, instance)


@rule("approvals.comment")
def may_comment(actor: Actor, side: Any) -> bool:
    """Whoever looks at the request for one of its organizations."""
    return side is not None and role_in(actor, side) in WORKING


@rule("approvals.print")
def may_print(actor: Actor, side: Any) -> bool:
    """Whoever looks at the request for one of its organizations may take along what they see."""
    return side is not None and role_in(actor, side) is not None


@rule("approvals.manage_access")
def may_manage_access(actor: Actor, instance: Instance) -> bool:
    """Who asked, and who steers a side whose turn has come, for that side."""
    return weigh(actor, instance).allows(Level.MANAGE)
