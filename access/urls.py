from django.urls import path

from access import views

urlpatterns = [
    path("access/", views.access, name="access"),
    path("access/exposure/", views.exposure, name="access_exposure"),
    path("access/what-if/", views.what_if_page, name="what_if"),
    path("workspaces/<uuid:workspace_id>/what-if/", views.workspace_what_if, name="workspace_what_if"),
    path("workspaces/<uuid:workspace_id>/seen-as/", views.workspace_seen_as, name="workspace_seen_as"),
    path("access/grants/", views.grants, name="access_grants"),
    path("access/grants/<uuid:grant_id>/ending/", views.grant_ending, name="grant_ending"),
    path("access/requests/", views.access_requests, name="access_requests"),
    path(
        "access/requests/<uuid:request_id>/answer/", views.access_request_answer, name="access_request_answer"
    ),
    path(
        "access/requests/<uuid:request_id>/withdrawal/",
        views.access_request_withdrawal,
        name="access_request_withdrawal",
    ),
]
