"""Why somebody cannot leave the platform yet: an organization would have no owner."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.leaving import obstacle
from orgs.models import Membership


@obstacle
def owns_it_alone(person: Actor) -> Iterator[Sentence]:
    owners = Membership.objects.active().filter(role=Membership.Role.OWNER)
    others = owners.filter(organization=OuterRef("organization_id")).exclude(user_id=person.user_id)
    mine = owners.filter(user_id=person.user_id).exclude(Exists(others)).select_related("organization")
    for one in mine:
        yield format_lazy(
            _("You are the last owner of {org}. Make somebody else its owner first."),
            org=one.organization.name,
        )
