"""What was published about an incident."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.finding import Door
from incidents.api.outputs import ReportOutput, WholeReportOutput
from incidents.models import (
    Report,
)
from incidents.operations import (
    publish_report,
)
from kernel.inputs import Input


class ReportInput(Input):
    audience = serializers.ChoiceField(Report.Audience.choices)


class Reports(Door):
    """What was published, the newest first; partners see what was published for them."""

    takes = {"POST": ReportInput}
    gives = ReportOutput
    lists = True

    def get(self, request: Request, incident_id: UUID) -> Response:
        rows = Report.objects.visible_to(self.actor).filter(incident=self.incident(incident_id))
        return self.listed(rows.select_related("published_by").defer("body"), newest_first=True)

    def post(self, request: Request, incident_id: UUID) -> Response:
        incident = self.run(incident_id)
        return self.created(publish_report(actor=self.actor, incident=incident, **self.read()))


class OneReport(Door):
    gives = WholeReportOutput

    def get(self, request: Request, incident_id: UUID, report_id: UUID) -> Response:
        rows = Report.objects.filter(incident=self.incident(incident_id))
        return self.shown(self.find(rows.select_related("published_by"), report_id))
