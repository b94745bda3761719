from django.urls import path

from presence import views

urlpatterns = [
    path("settings/status/", views.status, name="own_status"),
    path("settings/status/removal/", views.status_removal, name="own_status_removal"),
    path("settings/do-not-disturb/", views.do_not_disturb, name="do_not_disturb"),
    path("settings/do-not-disturb/removal/", views.do_not_disturb_removal, name="do_not_disturb_removal"),
]
