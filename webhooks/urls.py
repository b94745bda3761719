"""The addresses of webhooks and streams."""

from django.urls import path

from webhooks import views

urlpatterns = [
    path("orgs/<uuid:org_id>/webhooks/", views.webhooks, name="webhooks"),
    path("orgs/<uuid:org_id>/webhooks/new/", views.new, name="webhook_new"),
    path("webhooks/<uuid:webhook_id>/", views.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/settings/", views.settings, name="webhook_settings"),
    path("webhooks/<uuid:webhook_id>/secret/", views.secret, name="webhook_secret"),
    path("webhooks/<uuid:webhook_id>/pause/", views.pause, name="webhook_pause"),
    path("webhooks/<uuid:webhook_id>/pause/removal/", views.resumption, name="webhook_resumption"),
    path("webhooks/<uuid:webhook_id>/test/", views.test, name="webhook_test"),
    path("webhooks/<uuid:webhook_id>/removal/", views.removal, name="webhook_removal"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/", views.delivery, name="webhook_delivery"
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery/",
        views.redelivery,
        name="webhook_redelivery",
    ),
    path("orgs/<uuid:org_id>/streams/", views.streams, name="streams"),
    path("orgs/<uuid:org_id>/streams/new/", views.stream_new, name="stream_new"),
    path("streams/<uuid:stream_id>/", views.stream, name="stream"),
    path("streams/<uuid:stream_id>/settings/", views.stream_settings, name="stream_settings"),
    path("streams/<uuid:stream_id>/secret/", views.stream_secret, name="stream_secret"),
    path("streams/<uuid:stream_id>/pause/", views.stream_pause, name="stream_pause"),
    path("streams/<uuid:stream_id>/pause/removal/", views.stream_resumption, name="stream_resumption"),
    path("streams/<uuid:stream_id>/test/", views.stream_test, name="stream_test"),
    path("streams/<uuid:stream_id>/removal/", views.stream_removal, name="stream_removal"),
]
