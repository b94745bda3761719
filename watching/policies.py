"""Who may: whoever reads an organization's record sees what it found; owners and admins deal with it."""

from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Organization, role_in
from orgs.policies import RECORD_READERS, steers
from watching.models import Alert


@rule("watching.see")
def may_see(actor: Actor, organization: Organization) -> bool:
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("watching.tune")
def may_tune(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("watching.settle")
def may_settle(actor: Actor, alert: Alert) -> bool:
    """Dismiss it, or hold the person."""
    return steers(actor, alert.organization_id)


@rule("watching.find")
def may_find(actor: Actor, thing: object) -> bool:
    """The platform itself, which reads the record."""
    return False
