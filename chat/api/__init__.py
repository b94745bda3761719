"""Channels and messages, for programs."""

from django.urls import path

from chat.api.asks import Acknowledge, Acknowledgements, AskRequest, Nudge
from chat.api.attachments import Attachments, Content, OneAttachment
from chat.api.channels import Archive, Channels, DirectMessages, Members, OneChannel
from chat.api.commands import Commands, OneReminder, Reminders
from chat.api.discoveries import Closing as DiscoveryClosing
from chat.api.discoveries import Discoveries, DiscoveryFile, OneDiscovery, Openings, Searches
from chat.api.drafts import ChannelDraft, Drafts
from chat.api.exports import ChannelExports, ExportContent, Exports, OneExport
from chat.api.forwards import Forwards
from chat.api.kept import Pin, Pins, Versions
from chat.api.keywords import Keywords
from chat.api.later import OneSaved, SavedMessages, Saving
from chat.api.legal_holds import Held, LegalHolds, OneLegalHold
from chat.api.messages import Messages, OneMessage, Reactions
from chat.api.polls import Closing, Polls, Results, Votes
from chat.api.reading import AllRead, Events, Read, Receipts, Unread
from chat.api.recalls import Recall
from chat.api.restorations import Restoration
from chat.api.retention import Preview, Retentions
from chat.api.scheduled import ChannelScheduled, OneScheduled, ScheduledMessages, Sending
from chat.api.search import Search
from chat.api.sections import ChannelArrangement, OneSection, Sections
from chat.api.threads import Following, ThreadRead, Threads

api_urlpatterns = [
    path("workspaces/<uuid:workspace_id>/channels/", Channels.as_view()),
    path("channels/<uuid:channel_id>/", OneChannel.as_view()),
    path("channels/<uuid:channel_id>/archive/", Archive.as_view()),
    path("channels/<uuid:channel_id>/members/", Members.as_view()),
    path("channels/<uuid:channel_id>/messages/", Messages.as_view(), name="api_messages"),
    path("channels/<uuid:channel_id>/attachments/", Attachments.as_view(), name="api_attachments"),
    path("channels/<uuid:channel_id>/commands/", Commands.as_view(), name="api_commands"),
    path("channels/<uuid:channel_id>/pins/", Pins.as_view()),
    path("channels/<uuid:channel_id>/polls/", Polls.as_view()),
    path("channels/<uuid:channel_id>/read/", Read.as_view(), name="api_read"),
    path("channels/<uuid:channel_id>/unread/", Unread.as_view()),
    path("channels/read/", AllRead.as_view()),
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
    path("messages/<uuid:message_id>/recall/", Recall.as_view()),
    path("messages/<uuid:message_id>/restoration/", Restoration.as_view()),
    path("attachments/<uuid:attachment_id>/", OneAttachment.as_view(), name="api_attachment"),
    path("attachments/<uuid:attachment_id>/content", Content.as_view()),
    path("messages/<uuid:message_id>/saved/", Saving.as_view()),
    path("channels/<uuid:channel_id>/scheduled/", ChannelScheduled.as_view()),
    path("channels/<uuid:channel_id>/draft/", ChannelDraft.as_view(), name="api_draft"),
    path("threads/<uuid:message_id>/following/", Following.as_view()),
    path("threads/<uuid:message_id>/read/", ThreadRead.as_view(), name="api_thread_read"),
    path("me/threads/", Threads.as_view()),
    path("channels/<uuid:channel_id>/arrangement/", ChannelArrangement.as_view()),
    path("me/keywords/", Keywords.as_view()),
    path("me/sections/", Sections.as_view()),
    path("me/sections/<uuid:section_id>/", OneSection.as_view()),
    path("me/scheduled/", ScheduledMessages.as_view()),
    path("me/scheduled/<uuid:scheduled_id>/", OneScheduled.as_view()),
    path("me/scheduled/<uuid:scheduled_id>/sending/", Sending.as_view()),
    path("me/drafts/", Drafts.as_view()),
    path("me/saved/", SavedMessages.as_view()),
    path("me/saved/<uuid:saved_id>/", OneSaved.as_view()),
    path("me/reminders/", Reminders.as_view()),
    path("me/reminders/<uuid:reminder_id>/", OneReminder.as_view(), name="api_reminder"),
    path("direct-messages/", DirectMessages.as_view()),
    path("channels/<uuid:channel_id>/exports/", ChannelExports.as_view()),
    path("me/exports/", Exports.as_view()),
    path("me/exports/<uuid:export_id>/", OneExport.as_view()),
    path("me/exports/<uuid:export_id>/content", ExportContent.as_view()),
    path("orgs/<uuid:org_id>/discoveries/", Discoveries.as_view()),
    path("discoveries/<uuid:discovery_id>/", OneDiscovery.as_view()),
    path("discoveries/<uuid:discovery_id>/searches/", Searches.as_view()),
    path("discoveries/<uuid:discovery_id>/openings/", Openings.as_view()),
    path("discoveries/<uuid:discovery_id>/files/", DiscoveryFile.as_view()),
    path("discoveries/<uuid:discovery_id>/closing/", DiscoveryClosing.as_view()),
    path("orgs/<uuid:org_id>/retention/", Retentions.as_view()),
    path("orgs/<uuid:org_id>/retention/preview/", Preview.as_view()),
    path("orgs/<uuid:org_id>/legal-holds/", LegalHolds.as_view()),
    path("legal-holds/<uuid:hold_id>/", OneLegalHold.as_view()),
    path("legal-holds/<uuid:hold_id>/kept/", Held.as_view()),
    path("search/", Search.as_view()),
]
