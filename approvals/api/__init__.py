"""Approvals, for programs: what is defined, what is asked, what waits. Requests leave as their viewer's projection."""

from django.urls import path

from approvals.api import callbacks, delegations, files, keys, papers
from approvals.api.definitions import Definitions, InForce, OneDefinition, OneVersion, Publication, Versions
from approvals.api.events import Events
from approvals.api.inbox import Inbox
from approvals.api.requests import Actions, Instances, OneInstance
from approvals.api.simulation import Simulation

api_urlpatterns = [
    *callbacks.api_urlpatterns,
    *delegations.api_urlpatterns,
    *files.api_urlpatterns,
    *keys.api_urlpatterns,
    *papers.api_urlpatterns,
    path("approvals/definitions/", Definitions.as_view()),
    path("approvals/definitions/<uuid:definition_id>/", OneDefinition.as_view()),
    path("approvals/definitions/<uuid:definition_id>/publication/", InForce.as_view()),
    path("approvals/definitions/<uuid:definition_id>/simulation/", Simulation.as_view()),
    path("approvals/definitions/<uuid:definition_id>/versions/", Versions.as_view()),
    path("approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/", OneVersion.as_view()),
    path(
        "approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/publication/",
        Publication.as_view(),
        name="version_publication",
    ),
    path("approvals/instances/", Instances.as_view()),
    path("approvals/instances/<uuid:instance_id>/", OneInstance.as_view()),
    path("approvals/instances/<uuid:instance_id>/actions/", Actions.as_view()),
    path("approvals/instances/<uuid:instance_id>/events/", Events.as_view()),
    path("approvals/inbox/", Inbox.as_view()),
]
