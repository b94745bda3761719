"""What an organization does about incidents."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.finding import Door
from incidents.api.outputs import RunbookOutput
from incidents.models import (
    Incident,
    Step,
    Usual,
    steps_of,
)
from incidents.operations import (
    write_runbook,
)
from kernel.errors import NotVisible
from kernel.inputs import Input, StrictInteger, StrictString
from orgs.models import Organization


class StepInput(Input):
    usual = serializers.ChoiceField(Usual.choices, required=False, help_text="a step that the house knows")
    title = StrictString(max_length=200, allow_blank=True, required=False, help_text="in your own words")
    hours = StrictInteger(required=False, allow_null=True, help_text="from the opening until it is due")


class RunbookInput(Input):
    steps = StepInput(many=True, help_text="in their order; none bring the usual ones back")


class OneRunbook(Door):
    """What an organization does about incidents of one kind: its own steps, or the usual ones."""

    takes = {"PUT": RunbookInput}
    gives = RunbookOutput

    def get(self, request: Request, org_id: UUID, incident_kind: str) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("incidents.see", organization)
        return self._shown(organization, self._kind(incident_kind))

    def put(self, request: Request, org_id: UUID, incident_kind: str) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("incidents.write_runbook", organization)
        kind = self._kind(incident_kind)
        steps = [Step(**one) for one in self.read()["steps"]]
        write_runbook(actor=self.actor, organization=organization, kind=kind, steps=steps)
        return self._shown(organization, kind)

    def _kind(self, said: str) -> str:
        if said not in Incident.Kind.values:
            raise NotVisible
        return said

    def _shown(self, organization: Organization, kind: str) -> Response:
        return self.shown({"kind": kind, "steps": steps_of(organization.pk, kind)})
