"""Where neighbours meet: what one app does because another has done something."""

from approvals.operations import adopt_starters
from kernel.actor import Actor
from kernel.events import within
from orgs.events import OrganizationCreated
from orgs.models import Organization


@within(OrganizationCreated)
def give_it_its_first_forms(event: OrganizationCreated) -> None:
    organization = Organization.objects.get(pk=event.organization_id)
    adopt_starters(actor=Actor.system("approvals"), organization=organization)
