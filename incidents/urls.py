"""The addresses of incidents."""

from django.urls import path

from incidents import views

ONE = "incidents/<uuid:incident_id>/"
TASK = f"{ONE}tasks/<uuid:task_id>/"

urlpatterns = [
    path("orgs/<uuid:org_id>/incidents/", views.incidents, name="incidents"),
    path("orgs/<uuid:org_id>/incidents/table", views.table, name="incidents_table"),
    path("orgs/<uuid:org_id>/incidents/new/", views.incident_new, name="incident_new"),
    path("orgs/<uuid:org_id>/runbooks/", views.runbooks, name="runbooks"),
    path("orgs/<uuid:org_id>/runbooks/<slug:incident_kind>/", views.runbook, name="runbook"),
    path(ONE, views.incident, name="incident"),
    path(f"{ONE}description/", views.description, name="incident_description"),
    path(f"{ONE}state/", views.state, name="incident_state"),
    path(f"{ONE}about/", views.about, name="incident_about"),
    path(f"{ONE}about/<uuid:joined_id>/removal/", views.about_removal, name="incident_about_removal"),
    path(f"{ONE}shares/", views.shares, name="incident_shares"),
    path(f"{ONE}shares/<uuid:share_id>/ending/", views.share_ending, name="incident_share_ending"),
    path(f"{ONE}holds/", views.holds, name="incident_holds"),
    path(f"{ONE}notes/", views.notes, name="incident_notes"),
    path(f"{ONE}timeline/", views.timeline, name="incident_timeline"),
    path(f"{ONE}timeline/table", views.timeline_table, name="incident_timeline_table"),
    path(f"{ONE}timeline/json", views.timeline_json, name="incident_timeline_json"),
    path(f"{ONE}reports/", views.reports, name="incident_reports"),
    path(f"{ONE}reports/<uuid:report_id>/", views.report, name="incident_report"),
    path(f"{ONE}pins/<uuid:event_id>/", views.pin, name="incident_pin"),
    path(f"{ONE}pins/<uuid:event_id>/removal/", views.pin_removal, name="incident_pin_removal"),
    path(f"{ONE}tasks/", views.tasks, name="incident_tasks"),
    path(TASK, views.task, name="incident_task"),
    path(f"{TASK}completion/", views.completion, name="incident_task_completion"),
    path(f"{TASK}reopening/", views.reopening, name="incident_task_reopening"),
    path(f"{TASK}assignment/", views.assignment, name="incident_task_assignment"),
    path(f"{TASK}removal/", views.task_removal, name="incident_task_removal"),
]
