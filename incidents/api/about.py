"""What an incident concerns, and who is let in on it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents.api.finding import Door
from incidents.api.outputs import JoinedOutput, ShareOutput
from incidents.models import (
    Joined,
    Share,
)
from incidents.operations import (
    join_thing,
    part_thing,
    share_incident,
    unshare_incident,
)
from incidents.resources import SHARES
from kernel.inputs import Input
from orgs.models import Organization
from watching.models import Alert
from workspaces.models import Hold, Workspace

JOINABLE: dict[str, Any] = {
    Joined.Kind.ALERT: Alert,
    Joined.Kind.HOLD: Hold,
    Joined.Kind.PERSON: User,
    Joined.Kind.WORKSPACE: Workspace,
    Joined.Kind.PARTNER: Organization,
}


class JoinInput(Input):
    type = serializers.ChoiceField(Joined.Kind.choices)
    id = serializers.UUIDField()


class ShareInput(Input):
    org = serializers.UUIDField(help_text="an active partner")


class About(Door):
    """POST says that it concerns an alert, a hold, a person, a workspace or a partner, which none of them hears."""

    takes = {"POST": JoinInput}
    gives = JoinedOutput

    def post(self, request: Request, incident_id: UUID) -> Response:
        incident = self.run(incident_id)
        said = self.read()
        thing = self.known(JOINABLE[said["type"]], said["id"], "/id")
        return self.created(join_thing(actor=self.actor, incident=incident, thing=thing))


class OneAbout(Door):
    def delete(self, request: Request, incident_id: UUID, joined_id: UUID) -> Response:
        incident = self.incident(incident_id)
        joined = self.find(Joined.objects.filter(incident=incident), joined_id)
        self.allow("incidents.run", incident)
        self.read()
        part_thing(actor=self.actor, joined=joined)
        return self.gone()


class Shares(Door):
    """POST lets a partner's owners, admins and auditors see the head, their tasks, and reports published for them."""

    takes = {"POST": ShareInput}
    gives = ShareOutput

    def post(self, request: Request, incident_id: UUID) -> Response:
        incident = self.run(incident_id)
        partner = self.known(Organization, self.read()["org"], "/org")
        share = share_incident(actor=self.actor, incident=incident, partner=partner)
        return self.created(self.find(SHARES, share.pk))


class OneShare(Door):
    """DELETE ends it, at once; what the partner had not done falls back."""

    def delete(self, request: Request, incident_id: UUID, share_id: UUID) -> Response:
        incident = self.incident(incident_id)
        share = self.find(Share.objects.filter(incident=incident).select_related("incident"), share_id)
        self.allow("incidents.run", incident)
        self.read()
        unshare_incident(actor=self.actor, share=share)
        return self.gone()
