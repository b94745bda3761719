"""Incidents, their life, and what is said about them inside."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.finding import Door, words
from incidents.api.outputs import HeadOutput, IncidentOutput, NoteOutput
from incidents.models import (
    Incident,
    Note,
)
from incidents.operations import (
    change_incident,
    move_incident,
    open_incident,
    write_note,
)
from incidents.resources import INCIDENTS
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictString
from orgs.models import Organization
from watching.models import Alert, Severity


class IncidentInput(Input):
    title = StrictString(max_length=200)
    kind = serializers.ChoiceField(Incident.Kind.choices)
    severity = serializers.ChoiceField(Severity.choices)
    what = words()
    begins_at = Moment(required=False, help_text="of the time in question; now, if it is not said")
    ends_at = Moment(required=False, allow_null=True)
    alert = serializers.UUIDField(required=False, help_text="from which it is opened")


class IncidentChange(Input):
    title = StrictString(max_length=200, required=False)
    kind = serializers.ChoiceField(Incident.Kind.choices, required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)
    begins_at = Moment(required=False)
    ends_at = Moment(required=False, allow_null=True)
    what = words()
    summary = words()
    impact = words()
    measures = words()
    lessons = words()


class MoveInput(Input):
    state = serializers.ChoiceField(Incident.State.choices)


class NoteInput(Input):
    text = StrictString(max_length=2000)
    at = Moment(required=False, help_text="that it is about; now, if it is not said")


class Incidents(Door):
    """An organization's incidents and those that partners share with it, the newest first."""

    takes = {"POST": IncidentInput}
    gives = IncidentOutput
    lists = True

    @extend_schema(
        operation_id="orgs_incidents_list",
        responses=HeadOutput(many=True),
        parameters=[
            OpenApiParameter("state", enum=Incident.State.values),
            OpenApiParameter("kind", enum=Incident.Kind.values),
            OpenApiParameter("q", description="words of the title"),
        ],
    )
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("incidents.see", organization)
        rows = INCIDENTS.visible_to(self.actor).met_by(organization.pk)
        for name, known in (("state", Incident.State.values), ("kind", Incident.Kind.values)):
            said = request.query_params.get(name)
            if said and said not in known:
                raise InvalidInput.at(name, "unknown", _("There is no such thing to filter by."))
            rows = rows.filter(**{name: said}) if said else rows
        words_said = request.query_params.get("q", "").strip()[:200]
        rows = rows.filter(Q(title__icontains=words_said)) if words_said else rows
        return self.listed(rows, HeadOutput, newest_first=True)

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("incidents.open", organization)
        said = self.read()
        alert = self.known(Alert, said.pop("alert", None), "/alert")
        about = [alert, alert.user] if alert else []
        made = open_incident(actor=self.actor, organization=organization, about=about, **said)
        return self.created(self.incident(made.pk))


class OneIncident(Door):
    takes = {"PATCH": IncidentChange}
    gives = IncidentOutput

    def get(self, request: Request, incident_id: UUID) -> Response:
        return self.shown(self.incident(incident_id))

    def patch(self, request: Request, incident_id: UUID) -> Response:
        incident = self.run(incident_id)
        change_incident(actor=self.actor, incident=incident, **self.read(partial=True))
        return self.shown(self.incident(incident_id))


class State(Door):
    """How far it has come: open, contained, resolved, closed; back to open from each."""

    takes = {"PUT": MoveInput}
    gives = IncidentOutput

    def put(self, request: Request, incident_id: UUID) -> Response:
        move_incident(actor=self.actor, incident=self.run(incident_id), **self.read())
        return self.shown(self.incident(incident_id))


class Notes(Door):
    """What no entry of the record tells; no partner reads it."""

    takes = {"POST": NoteInput}
    gives = NoteOutput
    lists = True

    def get(self, request: Request, incident_id: UUID) -> Response:
        rows = Note.objects.visible_to(self.actor).filter(incident=self.inside(incident_id))
        return self.listed(rows.select_related("author"), newest_first=True)

    def post(self, request: Request, incident_id: UUID) -> Response:
        note = write_note(actor=self.actor, incident=self.run(incident_id), **self.read())
        return self.created(note)
