"""The addresses of bots."""

from django.urls import path

from bots import views

urlpatterns = [
    path("workspaces/<uuid:workspace_id>/bots/", views.bots, name="bots"),
    path("bots/<uuid:bot_id>/", views.bot, name="bot"),
    path("bots/<uuid:bot_id>/token/", views.token, name="bot_token"),
    path("bots/<uuid:bot_id>/pause/", views.pause, name="bot_pause"),
    path("bots/<uuid:bot_id>/pause/removal/", views.resumption, name="bot_resumption"),
    path("bots/<uuid:bot_id>/refusal/", views.refusal, name="bot_refusal"),
    path("bots/<uuid:bot_id>/refusal/removal/", views.letting_in, name="bot_letting_in"),
    path("bots/<uuid:bot_id>/removal/", views.removal, name="bot_removal"),
    path("bots/<uuid:bot_id>/inlets/", views.inlets, name="inlets"),
    path("bots/<uuid:bot_id>/endpoint/", views.endpoint, name="bot_endpoint"),
    path("bots/<uuid:bot_id>/endpoint/secret/", views.endpoint_secret, name="bot_endpoint_secret"),
    path("bots/<uuid:bot_id>/endpoint/test/", views.endpoint_test, name="bot_endpoint_test"),
    path("bots/<uuid:bot_id>/endpoint/removal/", views.endpoint_removal, name="bot_endpoint_removal"),
    path("bots/<uuid:bot_id>/skills/", views.skills, name="bot_skills"),
    path("skills/<uuid:skill_id>/removal/", views.skill_removal, name="skill_removal"),
    path("messages/<uuid:message_id>/skills/<uuid:skill_id>/", views.message_skill, name="message_skill"),
    path("inlets/<uuid:inlet_id>/", views.inlet, name="inlet"),
    path("inlets/<uuid:inlet_id>/secret/", views.inlet_secret, name="inlet_secret"),
    path("inlets/<uuid:inlet_id>/pause/", views.inlet_pause, name="inlet_pause"),
    path("inlets/<uuid:inlet_id>/pause/removal/", views.inlet_resumption, name="inlet_resumption"),
    path("inlets/<uuid:inlet_id>/test/", views.inlet_test, name="inlet_test"),
    path("inlets/<uuid:inlet_id>/removal/", views.inlet_removal, name="inlet_removal"),
]
