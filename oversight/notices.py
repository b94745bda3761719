"""Who steers an organization hears at once that an operator may read what it wrote; nobody can choose not to."""

from collections.abc import Iterator

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Due, owes
from orgs.models import Membership
from orgs.models.organizations import STEERING


@owes("oversight.inspection_opened", "oversight.inspection_ended", kind="oversight", mail=True, binding=True)
def those_it_concerns(record: Record) -> Iterator[Due]:
    found = Membership.objects.active().filter(organization__in=record.org_ids, role__in=STEERING)
    for user_id, org_id in found.values_list("user_id", "organization_id"):
        yield Due(user_id, reverse("org_audit", args=[org_id]))
