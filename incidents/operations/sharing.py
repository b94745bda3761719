"""A partner is let in on an incident, and left out again."""

from uuid import UUID

from django.db import connections
from django.db.models import Q

from incidents import events
from incidents.errors import AlreadyShared, NoPartnership
from incidents.models import Incident, Share, Task
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization, work_together


@operation
def share_incident(*, actor: Actor, incident: Incident, partner: Organization) -> Share:
    """Let a partner's owners, admins and auditors see the head of an incident, and what is meant for them.

    Raises:
        NoPartnership: the two do not work together at this moment.
        AlreadyShared: it sees the incident.
        IncidentClosed: it has to be opened again first.

    Emits: IncidentShared, for both.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    if partner == incident.organization or not work_together(incident.organization_id, partner.pk):
        raise NoPartnership
    if incident.shares.standing().filter(partner=partner).exists():
        raise AlreadyShared
    share = Share(incident=incident, organization=incident.organization, partner=partner)
    share.shared_by = actor.user
    share.save(force_insert=True)
    emit(events.IncidentShared.about(share, actor))
    return share


@operation
def unshare_incident(*, actor: Actor, share: Share) -> None:
    """Let a partner see nothing of it any more, at once. What it had not done falls back to whose incident it is.

    Raises:
        ShareEnded: it sees nothing of it already.

    Emits: IncidentUnshared, for both.
    """
    require(actor, "incidents.run", share.incident)
    incident = Incident.objects.held(share.incident_id)
    share = Share.objects.select_related("partner").get(pk=share.pk)
    share.incident = incident
    share.end()
    share.save(update_fields=["ended_at"])
    left = Task.objects.open().filter(incident=incident, side=share.partner_id)
    left.update(side=incident.organization, assignee=None)
    emit(events.IncidentUnshared.about(share, actor))


@operation
def unshare_between(*, actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """End all that two organizations shared with each other, with their partnership.

    Emits: IncidentUnshared for each.
    """
    require(actor, "incidents.keep_time")
    sides = Q(organization=one_id, partner=other_id) | Q(organization=other_id, partner=one_id)
    rows = Share.objects.standing().filter(sides).select_related("incident__organization", "partner")
    ending = list(rows.order_by("pk"))  # read before: who ends a partnership may be the one that sees no more
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT priv.end_incident_shares(%s, %s)", [one_id, other_id])
    for share in ending:
        emit(events.IncidentUnshared.about(share, actor))
