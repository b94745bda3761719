from django.urls import path

from margins import views

urlpatterns = [
    path("internal/<slug:kind>/<uuid:object_id>/", views.margin, name="margin"),
    path("internal/<slug:kind>/<uuid:object_id>/notes/", views.margin_notes, name="margin_notes"),
    path("internal/<slug:kind>/<uuid:object_id>/fields/", views.margin_fields, name="margin_fields"),
    path("internal-notes/<uuid:note_id>/", views.internal_note, name="internal_note"),
    path("internal-notes/<uuid:note_id>/removal/", views.internal_note_removal, name="internal_note_removal"),
]
