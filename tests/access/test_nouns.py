"""Every noun has an answer to who may see it: a kind of its own, or the noun whose answer it shares."""

import pytest
from django.apps import apps

from access.kinds import KINDS
from kernel.nouns import Base, Nouns

SERVICES = {"accounts", "audit", "notifications", "operating"}  # people and platform, not what is shared
# Whose access a noun shares. A noun that is missing here and has no kind fails the build.
FOLLOWS = {
    "orgs.Organization": "membership: orgs.policies",
    "orgs.Department": "its organization",
    "orgs.Membership": "its organization",
    "orgs.Position": "its organization",
    "orgs.Calendar": "its organization",
    "orgs.Contact": "its organization",
    "orgs.Invitation": "its organization",
    "orgs.Agreement": "its partnership",
    "orgs.Signature": "its partnership",
    "workspaces.Participant": "its workspace",
    "workspaces.Member": "its workspace",
    "workspaces.Hold": "who holds, who is held, and who steers their side",
    "workspaces.HoldAnswer": "its hold",
    "access.Request": "who asks and who is asked",
    "chat.ChannelMember": "its channel",
    "chat.ChannelGrant": "its channel",
    "chat.Message": "its channel",
    "chat.Attachment": "its channel; one that was not sent, who brought it",
    "chat.Ask": "its channel",
    "chat.Acknowledgement": "its channel",
    "chat.MessageVersion": "its channel",
    "chat.Poll": "its channel",
    "chat.Vote": "its channel; of an anonymous poll nobody",
    "chat.Forward": "the channel it was brought from",
    "chat.Reaction": "its channel",
    "chat.Arrangement": "who arranges, while they read the channel",
    "chat.Shelf": "whose sidebar it is",
    "chat.Keyword": "who listens for it",
    "chat.Mention": "who is named",
    "chat.Follow": "who follows it, while they read its channel",
    "chat.Draft": "who writes it, while they read its channel",
    "chat.Scheduled": "who wrote it, while they read its channel",
    "chat.Discovery": "its organization's record: chat.policies",
    "chat.Export": "whose it is, while they may ask for it again",
    "chat.Retention": "its organization, and who shares a room with it",
    "chat.LegalHold": "its organization's record: chat.policies",
    "chat.HeldCopy": "its organization's record: chat.policies",
    "chat.Reminder": "who noted it",
    "chat.Saved": "who keeps it, while they read its channel",
    "approvals.Definition": "its organization",
    "approvals.Version": "its organization",
    "approvals.Delegation": "who gives it, who was given it, and who steers their organization",
    "approvals.Run": "its request",
    "approvals.Assignment": "its request",
    "approvals.Timer": "its request, and the side whose step it is",
    "approvals.Paper": "its request, and the side it was made for",
    "approvals.SealKey": "the platform's own; who reads a request is told whether its seals hold",
    "approvals.Call": "nobody: the platform calls",
    "approvals.Comment": "its request, and the side it is for",
    "approvals.FormFile": "its request, and the field that holds it; one that no form holds, who brought it",
    "approvals.InstanceGrant": "its request, and the side that gave it",
    "approvals.InstanceEvent": "its request, and the sides that hear of it",
    "margins.Note": "what it stands beside, for one organization",
    "margins.Field": "what it stands beside, for one organization",
    "presence.Status": "whose it is; what others see of it, presence.queries",
    "oversight.Inspection": "operators: oversight.policies",
    "oversight.OperatorInvitation": "operators: oversight.policies",
    "bots.Bot": "its workspace",
    "bots.Refusal": "its bot",
    "bots.Inlet": "its bot, and its channel",
    "bots.Endpoint": "its bot, and its organization alone",
    "bots.Skill": "its bot",
    "bots.Call": "who called, the bot and its organization",
    "bots.InletThread": "its address",
    "bots.InletRefusal": "its address",
    "approvals.CallSecret": "its organization: approvals.policies",
    "webhooks.Webhook": "its organization: webhooks.policies",
    "webhooks.Delivery": "its webhook",
    "watching.Rule": "its organization: watching.policies",
    "watching.Alert": "its organization: watching.policies",
    "incidents.Incident": "its organization, partners that it is shared with, and who has a task in it",
    "incidents.Findings": "its organization: incidents.policies",
    "incidents.Joined": "its organization: incidents.policies",
    "incidents.Note": "its organization: incidents.policies",
    "incidents.Pin": "its organization: incidents.policies",
    "incidents.Report": "its organization; of those for partners, who sees the incident",
    "incidents.Runbook": "its organization: incidents.policies",
    "incidents.Share": "its organization, and the partner while it stands",
    "incidents.Task": "its organization, and whom it was given to",
    "webhooks.Stream": "its organization: webhooks.policies",
}


def nouns():
    return [one for one in apps.get_models() if issubclass(one, Base) and one._meta.app_label not in SERVICES]


@pytest.mark.parametrize("noun", nouns(), ids=lambda one: one._meta.label)
def test_every_noun_has_access_of_its_own_or_follows_another(noun):
    has_kind = any(issubclass(noun, kind.model) for kind in KINDS.values())

    assert has_kind != (noun._meta.label in FOLLOWS)


def test_nothing_follows_that_is_gone():
    assert set(FOLLOWS) <= {one._meta.label for one in nouns()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda one: one.name)
def test_a_kind_lets_in_by_its_nouns_own_queryset(kind):
    assert isinstance(kind.rows(), Nouns)
    assert type(kind.rows()).visible_to is not Nouns.visible_to


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda one: one.name)
def test_what_is_shared_by_single_rights_says_how(kind):
    assert (kind.grants is None) == (kind.sharing is None)
