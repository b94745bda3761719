"""Incidents, for programs."""

from django.urls import path

from incidents.api.about import About, OneAbout, OneShare, Shares
from incidents.api.incidents import Incidents, Notes, OneIncident, State
from incidents.api.reports import OneReport, Reports
from incidents.api.runbooks import OneRunbook
from incidents.api.tasks import Assignment, Completion, OneTask, Tasks
from incidents.api.timeline import OnePin, TimelineFile, TimelineTable, TimelineView

ONE = "incidents/<uuid:incident_id>/"
TASK = f"{ONE}tasks/<uuid:task_id>/"
api_urlpatterns = [
    path("orgs/<uuid:org_id>/incidents/", Incidents.as_view()),
    path("orgs/<uuid:org_id>/runbooks/<slug:incident_kind>/", OneRunbook.as_view()),
    path(ONE, OneIncident.as_view()),
    path(f"{ONE}state/", State.as_view()),
    path(f"{ONE}about/", About.as_view()),
    path(f"{ONE}about/<uuid:joined_id>/", OneAbout.as_view()),
    path(f"{ONE}shares/", Shares.as_view()),
    path(f"{ONE}shares/<uuid:share_id>/", OneShare.as_view()),
    path(f"{ONE}tasks/", Tasks.as_view()),
    path(TASK, OneTask.as_view()),
    path(f"{TASK}assignment/", Assignment.as_view()),
    path(f"{TASK}completion/", Completion.as_view()),
    path(f"{ONE}notes/", Notes.as_view()),
    path(f"{ONE}reports/", Reports.as_view()),
    path(f"{ONE}reports/<uuid:report_id>/", OneReport.as_view()),
    path(f"{ONE}timeline/", TimelineView.as_view()),
    path(f"{ONE}timeline/table", TimelineTable.as_view()),
    path(f"{ONE}timeline/json", TimelineFile.as_view()),
    path(f"{ONE}pins/<uuid:event_id>/", OnePin.as_view()),
]
