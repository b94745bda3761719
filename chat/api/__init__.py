"""Channels and messages, for programs."""

from django.urls import path

from chat.api.asks import Acknowledge, Acknowledgements, AskRequest, Nudge
from chat.api.attachments import Attachments, Content, OneAttachment
from chat.api.channels import Archive, Channels, DirectMessages, Members, OneChannel
from chat.api.forwards import Forwards
from chat.api.kept import Pin, Pins, Versions
from chat.api.messages import Messages, OneMessage, Reactions
from chat.api.polls import Closing, Polls, Results, Votes
from chat.api.reading import Events, Read, Receipts
from chat.api.search import Search

api_urlpatterns = [
    path("workspaces/<uuid:workspace_id>/channels/", Channels.as_view()),
    path("channels/<uuid:channel_id>/", OneChannel.as_view()),
    path("channels/<uuid:channel_id>/archive/", Archive.as_view()),
    path("channels/<uuid:channel_id>/members/", Members.as_view()),
    path("channels/<uuid:channel_id>/messages/", Messages.as_view(), name="api_messages"),
    path("channels/<uuid:channel_id>/attachments/", Attachments.as_view(), name="api_attachments"),
    path("channels/<uuid:channel_id>/pins/", Pins.as_view()),
    path("channels/<uuid:channel_id>/polls/", Polls.as_view()),
    path("channels/<uuid:channel_id>/read/", Read.as_view(), name="api_read"),
    path("channels/<uuid:channel_id>/events/", Events.as_view(), name="api_events"),
    path("messages/<uuid:message_id>/", OneMessage.as_view()),
    path("messages/<uuid:message_id>/reactions/<str:emoji>/", Reactions.as_view()),
    path("messages/<uuid:message_id>/pin/", Pin.as_view()),
    path("messages/<uuid:message_id>/versions/", Versions.as_view()),
    path("messages/<uuid:message_id>/acknowledgement-request/", AskRequest.as_view()),
    path("messages/<uuid:message_id>/acknowledgement/", Acknowledge.as_view()),
    path("messages/<uuid:message_id>/acknowledgements/", Acknowledgements.as_view()),
    path("messages/<uuid:message_id>/nudge/", Nudge.as_view()),
    path("messages/<uuid:message_id>/poll/", Results.as_view()),
    path("messages/<uuid:message_id>/poll/closing/", Closing.as_view()),
    path("messages/<uuid:message_id>/votes/", Votes.as_view()),
    path("messages/<uuid:message_id>/forwards/", Forwards.as_view()),
    path("messages/<uuid:message_id>/receipts/", Receipts.as_view()),
    path("attachments/<uuid:attachment_id>/", OneAttachment.as_view(), name="api_attachment"),
    path("attachments/<uuid:attachment_id>/content", Content.as_view()),
    path("direct-messages/", DirectMessages.as_view()),
    path("search/", Search.as_view()),
]
