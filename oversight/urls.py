"""The one address of operators' affairs outside their desk."""

from django.urls import path

from oversight import views

urlpatterns = [path("operators/<slug:token>/", views.operator_invitation, name="operator_invitation")]
