from django.urls import path

from approvals import (
    answer_views,
    definition_views,
    delegation_views,
    designer_views,
    dialog_views,
    file_views,
    gallery_views,
    inbox_views,
    key_views,
    paper_views,
    table_views,
    thing_views,
    views,
)

urlpatterns = [
    *answer_views.urlpatterns,
    *definition_views.urlpatterns,
    *designer_views.urlpatterns,
    *delegation_views.urlpatterns,
    *dialog_views.urlpatterns,
    *file_views.urlpatterns,
    *gallery_views.urlpatterns,
    *inbox_views.urlpatterns,
    *key_views.urlpatterns,
    *paper_views.urlpatterns,
    *table_views.urlpatterns,
    *thing_views.urlpatterns,
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/new/<uuid:definition_id>/", views.new_request, name="approval_form"),
    path("approvals/<uuid:instance_id>/", views.approval, name="approval"),
    path("approvals/<uuid:instance_id>/draft/", views.draft, name="approval_draft"),
    path("approvals/<uuid:instance_id>/decision/", views.decision, name="approval_decision"),
    path("approvals/<uuid:instance_id>/withdrawal/", views.withdrawal, name="approval_withdrawal"),
    path("approvals/<uuid:instance_id>/comments/", views.comments, name="approval_comments"),
]
