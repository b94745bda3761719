"""What an organization signs with: the calls of its steps."""

from django.utils import timezone

from approvals.events import CallSecretDrawn
from approvals.models import CallSecret
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization


@operation
def draw_call_secret(*, actor: Actor, organization: Organization) -> CallSecret:
    """Draw what signs the calls of an organization; ``secret`` holds it, this once. For 24 hours the old one signs as well.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: CallSecretDrawn.
    """
    organization = Organization.objects.locked(organization.pk)  # two may draw the first in the same moment
    require(actor, "approvals.sign_calls", organization)
    require_recent(actor)
    kept = CallSecret.objects.filter(organization=organization).first() or CallSecret(
        organization=organization
    )
    kept.draw_secret()
    kept.drawn_at = timezone.now()
    kept.save()
    emit(CallSecretDrawn.of(organization, actor.for_org(organization)))
    return kept
