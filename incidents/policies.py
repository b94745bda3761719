"""Who may: owners and admins deal with what went wrong; a partner's do what they were given."""

from uuid import UUID

from incidents.models import Incident, Task, is_read_by
from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Organization, role_in
from orgs.models.organizations import STEERING, roles_of
from orgs.policies import RECORD_READERS, steers


@rule("incidents.see")
def may_see(actor: Actor, organization: Organization) -> bool:
    """Those that it has, and those that partners share with it."""
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("incidents.open")
def may_open(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("incidents.write_runbook")
def may_write_runbook(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("incidents.read_inside")
def may_read_inside(actor: Actor, incident: Incident) -> bool:
    """What is known, what it is about, and what was said among those who deal with it."""
    return is_read_by(actor, incident.organization_id)


@rule("incidents.run")
def may_run(actor: Actor, incident: Incident) -> bool:
    return steers(actor, incident.organization_id)


@rule("incidents.give_task")
def may_give_task(actor: Actor, task: Task) -> bool:
    """Whose incident it is gives it to a side; who steers that side, to one of its people."""
    return steers(actor, task.organization_id) or steers(actor, task.side_id)


@rule("incidents.settle_task")
def may_settle_task(actor: Actor, task: Task) -> bool:
    return settles(actor, task, roles_of(actor))


def settles(actor: Actor, task: Task, roles: dict[UUID, str]) -> bool:
    """Answer for one of many tasks by the person's roles, looked up once: it is theirs, or they steer a side of it."""
    steered = {roles.get(task.organization_id), roles.get(task.side_id)} & set(STEERING)
    return bool(steered) or (task.assignee_id == actor.user_id and task.side_id in roles)


@rule("incidents.keep_time")
def may_keep_time(actor: Actor, thing: object) -> bool:
    """The platform itself: what is overdue is told, and what stands on a partnership ends with it."""
    return False
