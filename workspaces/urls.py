from django.urls import path

from workspaces import views

urlpatterns = [
    path("workspaces/", views.workspaces, name="workspaces"),
    path("workspaces/new/", views.workspace_new, name="workspace_new"),
    path("workspaces/<uuid:workspace_id>/", views.workspace, name="workspace"),
    path("workspaces/<uuid:workspace_id>/members/", views.workspace_members, name="workspace_members"),
    path("workspaces/<uuid:workspace_id>/settings/", views.workspace_settings, name="workspace_settings"),
    path("workspaces/<uuid:workspace_id>/archive/", views.workspace_archive, name="workspace_archive"),
    path(
        "workspaces/<uuid:workspace_id>/participants/",
        views.participant_invitation,
        name="participant_invitation",
    ),
    path(
        "participants/<uuid:participant_id>/acceptance/",
        views.participant_acceptance,
        name="participant_acceptance",
    ),
    path("participants/<uuid:participant_id>/ending/", views.participant_ending, name="participant_ending"),
    path("workspace-members/<uuid:member_id>/role/", views.member_role, name="member_role"),
    path("workspace-members/<uuid:member_id>/removal/", views.member_removal, name="member_removal"),
]
