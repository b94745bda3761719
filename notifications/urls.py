from django.urls import path

from notifications import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.readings, name="inbox_read"),
    path("inbox/<uuid:notice_id>/", views.notice, name="notice"),
    path("inbox/<uuid:notice_id>/read/", views.reading, name="notice_read"),
    path("settings/notifications/", views.notification_settings, name="notification_settings"),
    path("settings/notifications/log/", views.notification_log, name="notification_log"),
    path("settings/notifications/rest/", views.rest_settings, name="rest_settings"),
    path("settings/notifications/devices/<uuid:device_id>/", views.device_removal, name="device_removal"),
    path("settings/notifications/devices/", views.devices, name="devices"),
    path("settings/notifications/devices/<uuid:device_id>/test/", views.device_test, name="device_test"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("mail-off/<str:token>/", views.mail_off, name="mail_off"),
]
