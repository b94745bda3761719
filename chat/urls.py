from django.urls import path

from chat import views

urlpatterns = [
    path("workspaces/<uuid:workspace_id>/channels/new/", views.channel_new, name="channel_new"),
    path("channels/<uuid:channel_id>/", views.channel, name="channel"),
    path("channels/<uuid:channel_id>/details/", views.channel_details, name="channel_details"),
    path("channels/<uuid:channel_id>/older/", views.older, name="channel_older"),
    path("channels/<uuid:channel_id>/messages/", views.channel_messages, name="channel_messages"),
    path("channels/<uuid:channel_id>/messages/<uuid:message_id>/", views.message, name="message"),
    path("channels/<uuid:channel_id>/messages/<uuid:message_id>/pin/", views.message_pin, name="message_pin"),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/pin/removal/",
        views.message_pin_removal,
        name="message_pin_removal",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/acknowledgement/",
        views.message_acknowledgement,
        name="message_acknowledgement",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/acknowledgements.csv",
        views.message_acknowledgements,
        name="message_acknowledgements",
    ),
    path("channels/<uuid:channel_id>/messages/<uuid:message_id>/ask/", views.message_ask, name="message_ask"),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/nudge/",
        views.message_nudge,
        name="message_nudge",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/vote/",
        views.message_vote,
        name="message_vote",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/poll.csv",
        views.message_poll,
        name="message_poll",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/poll/closing/",
        views.message_poll_closing,
        name="message_poll_closing",
    ),
    path(
        "channels/<uuid:channel_id>/messages/<uuid:message_id>/forward/",
        views.message_forward,
        name="message_forward",
    ),
    path("channels/<uuid:channel_id>/polls/new/", views.poll_new, name="poll_new"),
    path("channels/<uuid:channel_id>/pins/", views.channel_pins, name="channel_pins"),
    path("channels/<uuid:channel_id>/threads/<uuid:message_id>/", views.thread, name="thread"),
    path("channels/<uuid:channel_id>/settings/", views.channel_settings, name="channel_settings"),
    path("channels/<uuid:channel_id>/members/", views.channel_members, name="channel_members"),
    path(
        "channels/<uuid:channel_id>/members/removal/",
        views.channel_member_removal,
        name="channel_member_removal",
    ),
    path("channels/<uuid:channel_id>/archive/", views.channel_archive, name="channel_archive"),
    path("attachments/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("attachments/<uuid:attachment_id>/preview/", views.attachment_preview, name="attachment_preview"),
    path("attachments/<uuid:attachment_id>/sound/", views.attachment_sound, name="attachment_sound"),
    path("channels/<uuid:channel_id>/newer/", views.newer, name="channel_newer"),
    path("channels/<uuid:channel_id>/completions/", views.completions, name="channel_completions"),
    path("search/", views.search, name="search"),
    path("messages/new/", views.message_new, name="message_new"),
]
