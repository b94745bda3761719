"""What the record tells of an incident, and what of it is pinned."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.operations import note_reading
from incidents.api.finding import Door, words
from incidents.api.outputs import ItemOutput, PinOutput, TimelineFileOutput
from incidents.exports import json_of, table_of
from incidents.operations import (
    pin_entry,
    unpin_entry,
)
from incidents.timeline import Place, Timeline
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input


class PinInput(Input):
    note = words(500)


class TimelineView(Door):
    """What the record tells of it, as the reader may see it, with notes between; no partner reads it."""

    gives = ItemOutput
    lists = True

    @extend_schema(
        operation_id="incidents_timeline_list",
        parameters=[
            OpenApiParameter("pinned", enum=["true"], description="what is pinned, and nothing else")
        ],
    )
    def get(self, request: Request, incident_id: UUID) -> Response:
        incident = self.inside(incident_id)
        place = Place.read(request.query_params.get("cursor", ""))
        pinned = request.query_params.get("pinned", "")
        if pinned not in ("", "true"):
            raise InvalidInput.at("pinned", "unknown", _("There is no such thing to filter by."))
        limit = self._limit()
        note_reading(actor=self.actor, kind="org", noun=incident.organization)
        items, following = Timeline(incident).page(limit, place, pinned=bool(pinned))
        results = ItemOutput(items, many=True).data
        return Response({"results": results, "next": str(following) if following else None})


class TimelineTable(Door):
    """Its entries as a table, the newest 1,000 at most. That they were taken along enters the record."""

    @extend_schema(
        operation_id="incidents_timeline_table",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, incident_id: UUID) -> HttpResponse:
        return table_of(self.actor, self.inside(incident_id))


class TimelineFile(Door):
    """The same with the signed checkpoints that cover the entries, so that it can be proved without us."""

    gives = TimelineFileOutput

    @extend_schema(operation_id="incidents_timeline_file")
    def get(self, request: Request, incident_id: UUID) -> HttpResponse:
        return json_of(self.actor, self.inside(incident_id))


class OnePin(Door):
    """PUT marks an entry, named by its ``event``, and says why; DELETE takes the mark away."""

    takes = {"PUT": PinInput}
    gives = PinOutput

    def put(self, request: Request, incident_id: UUID, event_id: UUID) -> Response:
        incident = self.run(incident_id)
        said = self.read()
        return self.shown(pin_entry(actor=self.actor, incident=incident, event_id=event_id, **said))

    def delete(self, request: Request, incident_id: UUID, event_id: UUID) -> Response:
        incident = self.run(incident_id)
        pin = incident.pins.select_related("incident").filter(event_id=event_id).first()
        if pin is None:
            raise NotVisible
        self.read()
        unpin_entry(actor=self.actor, pin=pin)
        return self.gone()
