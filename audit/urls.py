from django.urls import path

from audit import views

urlpatterns = [
    path("settings/acts/", views.own_acts, name="own_acts"),
    path("record/verify_record.py", views.verifier, name="record_verifier"),
    path("orgs/<uuid:noun_id>/record-key/", views.record_key, {"kind": "org"}, name="org_record_key"),
    path("orgs/<uuid:noun_id>/audit/", views.record, {"kind": "org"}, name="org_audit"),
    path("orgs/<uuid:noun_id>/audit/export.csv", views.export, {"kind": "org"}, name="org_audit_export"),
    path("orgs/<uuid:noun_id>/audit/export.jsonl", views.lines, {"kind": "org"}, name="org_audit_lines"),
    path("orgs/<uuid:noun_id>/audit/views/", views.record_views, {"kind": "org"}, name="org_record_views"),
    path(
        "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/",
        views.record_view,
        {"kind": "org"},
        name="org_record_view",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/removal/",
        views.record_view_removal,
        {"kind": "org"},
        name="org_record_view_removal",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/",
        views.record_view_first,
        {"kind": "org"},
        name="org_record_view_first",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/removal/",
        views.record_view_first_removal,
        {"kind": "org"},
        name="org_record_view_first_removal",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/verification/",
        views.verification,
        {"kind": "org"},
        name="org_audit_verification",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/checkpoints/",
        views.checkpoints,
        {"kind": "org"},
        name="org_checkpoints",
    ),
    path(
        "orgs/<uuid:noun_id>/audit/checkpoints/<int:size>/signature/",
        views.checkpoint_signature,
        {"kind": "org"},
        name="org_checkpoint_signature",
    ),
    path("workspaces/<uuid:noun_id>/audit/", views.record, {"kind": "workspace"}, name="workspace_audit"),
    path(
        "workspaces/<uuid:noun_id>/audit/export.csv",
        views.export,
        {"kind": "workspace"},
        name="workspace_audit_export",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/export.jsonl",
        views.lines,
        {"kind": "workspace"},
        name="workspace_audit_lines",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/views/",
        views.record_views,
        {"kind": "workspace"},
        name="workspace_record_views",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/",
        views.record_view,
        {"kind": "workspace"},
        name="workspace_record_view",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/removal/",
        views.record_view_removal,
        {"kind": "workspace"},
        name="workspace_record_view_removal",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/",
        views.record_view_first,
        {"kind": "workspace"},
        name="workspace_record_view_first",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/removal/",
        views.record_view_first_removal,
        {"kind": "workspace"},
        name="workspace_record_view_first_removal",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/verification/",
        views.verification,
        {"kind": "workspace"},
        name="workspace_audit_verification",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/checkpoints/",
        views.checkpoints,
        {"kind": "workspace"},
        name="workspace_checkpoints",
    ),
    path(
        "workspaces/<uuid:noun_id>/audit/checkpoints/<int:size>/signature/",
        views.checkpoint_signature,
        {"kind": "workspace"},
        name="workspace_checkpoint_signature",
    ),
]
