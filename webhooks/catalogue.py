"""What webhooks may be told of: a name, the fact behind it, and the resource that an organization is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.events import Record
from orgs.models import Organization
from webhooks import resources
from webhooks.examples import EXAMPLES
from webhooks.resources import Shown

Draw = Callable[[UUID, Organization], Shown | None]
PING = "ping"


@dataclass(frozen=True)
class Told:
    """One name of the catalogue. ``fact`` is the event on record, ``key`` the word of it that says what it is about."""

    name: str
    fact: str
    key: str
    label: str | Promise
    draw: Draw

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]

    @property
    def example(self) -> dict[str, Any]:
        """Return what a receiver gets, all of it."""
        data = EXAMPLES[self.group]
        return {
            "type": self.name,
            "timestamp": "2026-11-27T08:15:30.123456Z",
            "org": {"id": "019a0000-0000-7000-8000-00000000000a", "name": "Northwind"},
            "workspace": "019a0000-0000-7000-8000-00000000000b" if self.group in IN_ROOMS else None,
            "data": data,
        }


GROUPS: dict[str, str | Promise] = {
    "message": _("Messages"),
    "approval": _("Approvals"),
    "workspace": _("Workspaces"),
    "participant": _("Organizations in workspaces"),
    "partnership": _("Partnerships"),
    "member": _("Members"),
}
IN_ROOMS = {"message", "workspace", "participant"}

CATALOGUE = {
    one.name: one
    for one in (
        Told("message.posted", "chat.message_posted", "message_id", _("A message is posted"), resources.message),
        Told("message.edited", "chat.message_edited", "message_id", _("A message is edited"), resources.message),
        Told("message.deleted", "chat.message_deleted", "message_id", _("A message is deleted"), resources.message),
        Told("message.restored", "chat.message_restored", "message_id", _("A deleted message is put back"), resources.message),
        Told("message.recalled", "chat.message_recalled", "message_id", _("A message is taken back"), resources.message),
        Told("approval.submitted", "approvals.request_submitted", "instance_id", _("A request is submitted"), resources.approval),
        Told("approval.asked", "approvals.party_asked", "instance_id", _("An organization is asked"), resources.approval),
        Told("approval.answered", "approvals.party_answered", "instance_id", _("An organization has answered"), resources.approval),
        Told("approval.settled", "approvals.request_settled", "instance_id", _("A request is settled"), resources.approval),
        Told("approval.withdrawn", "approvals.request_withdrawn", "instance_id", _("A request is withdrawn"), resources.approval),
        Told("workspace.opened", "workspaces.workspace_opened", "workspace_id", _("A workspace is opened"), resources.workspace),
        Told("workspace.changed", "workspaces.workspace_changed", "workspace_id", _("A workspace is changed"), resources.workspace),
        Told("workspace.archived", "workspaces.workspace_archived", "workspace_id", _("A workspace is archived"), resources.workspace),
        Told("workspace.restored", "workspaces.workspace_restored", "workspace_id", _("A workspace is opened again"), resources.workspace),
        Told("participant.invited", "workspaces.participant_invited", "participant_id", _("An organization is invited"), resources.participant),
        Told("participant.joined", "workspaces.participant_joined", "participant_id", _("An organization joins"), resources.participant),
        Told("participant.left", "workspaces.participant_left", "participant_id", _("An organization leaves or is removed"), resources.participant),
        Told("partnership.proposed", "orgs.partnership_proposed", "partnership_id", _("A partnership is proposed"), resources.partnership),
        Told("partnership.accepted", "orgs.partnership_accepted", "partnership_id", _("A partnership is accepted"), resources.partnership),
        Told("partnership.declined", "orgs.partnership_declined", "partnership_id", _("A partnership is declined"), resources.partnership),
        Told("partnership.suspended", "orgs.partnership_suspended", "partnership_id", _("A partnership is suspended"), resources.partnership),
        Told("partnership.resumed", "orgs.partnership_resumed", "partnership_id", _("A partnership goes on"), resources.partnership),
        Told("partnership.ended", "orgs.partnership_ended", "partnership_id", _("A partnership ends"), resources.partnership),
        Told("member.joined", "orgs.membership_started", "membership_id", _("Somebody joins your organization"), resources.member),
        Told("member.changed", "orgs.membership_changed", "membership_id", _("A member gets another place"), resources.member),
        Told("member.left", "orgs.membership_ended", "membership_id", _("Somebody leaves your organization"), resources.member),
    )
}  # fmt: skip
BY_FACT = {one.fact: one for one in CATALOGUE.values()}


def tell(told: Told, group: str | Promise, example: dict[str, Any]) -> None:
    """Take in what a neighbour has to tell, of a group of its own; ``collab`` introduces the two."""
    GROUPS[told.group], EXAMPLES[told.group] = group, example
    CATALOGUE[told.name] = BY_FACT[told.fact] = told


def told_of(record: Record) -> tuple[Told, UUID] | None:
    """Return the name under which a fact is told, and what it is about; None if it is nobody's."""
    told = BY_FACT.get(record.name)
    if told is None:
        return None
    said = record.workspace_id if told.key == "workspace_id" else record.payload.get(told.key)
    return (told, UUID(str(said))) if said else None


def drawn(event: str, about_id: UUID | None, organization: Organization) -> Shown | None:
    """Return what ``organization`` may know today of what an event is about; None if that is nothing."""
    if event == PING:
        return Shown(None, {"message": "This is a test."})
    told = CATALOGUE.get(event)  # None: a name of an earlier version
    return told.draw(about_id, organization) if told and about_id else None


def grouped() -> list[tuple[str | Promise, list[Told]]]:
    return [
        (label, [one for one in CATALOGUE.values() if one.group == group]) for group, label in GROUPS.items()
    ]
