"""The addresses of watching."""

from django.urls import path

from watching import views

urlpatterns = [
    path("orgs/<uuid:org_id>/watching/", views.watching, name="watching"),
    path("orgs/<uuid:org_id>/watching/rules/", views.rules, name="watch_rules"),
    path("orgs/<uuid:org_id>/watching/rules/<slug:rule_kind>/", views.rule, name="watch_rule"),
    path("alerts/<uuid:alert_id>/", views.alert, name="watch_alert"),
    path("alerts/<uuid:alert_id>/hold/", views.holding, name="watch_alert_hold"),
    path("holds/<uuid:hold_id>/", views.hold, name="hold"),
    path("holds/<uuid:hold_id>/answer/", views.hold_answer, name="hold_answer"),
    path("holds/<uuid:hold_id>/lifting/", views.hold_lifting, name="hold_lifting"),
    path("alerts/<uuid:alert_id>/dismissal/", views.dismissal, name="watch_alert_dismissal"),
]
