"""Whom one comes to know by sharing a room."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel.actor import Actor
from workspaces.models import Member, Participant, Workspace


def met_in_workspaces(actor: Actor) -> Q:
    """People of the rooms one sits in; a contact meets those with whom they share a place there.

    Asked of each person: who is looked for by name or key is found without a list of everybody in a thousand rooms.
    """
    return Q(Exists(Member.objects.visible_to(actor).filter(user_id=OuterRef("pk"))))


def organizations_met(actor: Actor) -> QuerySet:
    rooms = Workspace.objects.visible_to(actor).values("pk")
    return Participant.objects.standing().filter(workspace__in=rooms).values("organization_id")
