"""Who may: owners and admins of the organization that is told."""

from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Organization
from orgs.policies import steers
from webhooks.models import Stream, Webhook


@rule("webhooks.open")
def may_open(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("webhooks.manage")
def may_manage(actor: Actor, webhook: Webhook) -> bool:
    return steers(actor, webhook.organization_id)


@rule("webhooks.manage_stream")
def may_manage_stream(actor: Actor, stream: Stream) -> bool:
    return steers(actor, stream.organization_id)
