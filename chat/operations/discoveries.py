"""An organization looks through what was said, for a case; each look leaves an entry of its own."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.discovering import Sought, found_in, known_to, opened_in, taken_along, told_without_names
from chat.discovering_kept import DELETED, Kept, kept_of
from chat.events_keeping import (
    DiscoveryClosed,
    DiscoveryOpened,
    DiscoverySearched,
    FoundOpened,
    FoundTaken,
)
from chat.models import Discovery, Message
from chat.operations.legal_holds import people_of, reads_record_of
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization
from workspaces.models import Participant

CLOCK = "chat.discoveries"
SHOWN = 50
MOST = 10_000  # messages in one file


@dataclass(frozen=True)
class Found:
    """Messages that fit, the newest first, and whose names may be told; ``following`` is where the next page begins."""

    rows: list[Message]
    known: set[UUID]
    kept: Kept
    following: UUID | None = None

    def told(self) -> list[dict[str, Any]]:
        return [told_without_names(one, self.known, self.kept) for one in self.rows]


@dataclass(frozen=True)
class Taken:
    """The file: a line of JSON for each message, its SHA-256, and how many messages their organizations keep back."""

    lines: bytes
    digest: str
    withheld: int


@operation
def open_discovery(*, actor: Actor, organization: Organization, case: str, reason: str) -> Discovery:
    """Begin a case; without one nothing is looked for.

    Emits: DiscoveryOpened.
    """
    require(actor, "chat.discover", organization)
    opened = Discovery(
        organization=organization, case=case.strip(), reason=reason.strip(), opened_by=actor.user
    )
    opened.save(force_insert=True)
    emit(DiscoveryOpened.of(opened, actor, reason=opened.reason))
    return opened


@operation
def close_discovery(*, actor: Actor, discovery: Discovery) -> Discovery:
    """End a case: it stays, with all that its record says, and nothing is looked for in it any more.

    Raises:
        DiscoveryClosed: somebody was quicker.

    Emits: DiscoveryClosed.
    """
    discovery = Discovery.objects.select_for_update(of=("self",)).get(pk=discovery.pk)
    require(actor, "chat.discover", discovery.organization)
    discovery.close(actor)
    discovery.save(update_fields=["closed_by", "closed_at"])
    emit(DiscoveryClosed.of(discovery, actor))
    return discovery


@operation
def search_discovery(
    *, actor: Actor, discovery: Discovery, sought: Sought, older_than: UUID | None = None, most: int = SHOWN
) -> Found:
    """Return what fits, a page of it.

    Raises:
        NotAllowed: they do not read the organization's record.
        DiscoveryClosed: the case has ended.
        InvalidInput: somebody named is not the organization's, or it takes no part in the workspace.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: DiscoverySearched.
    """
    _check(actor, discovery, sought)
    with acting(Actor.system(CLOCK)):  # also where whoever reads the record has no seat
        found = found_in(discovery.organization, sought, most=most + 1, older_than=older_than)
        shown = found[:most]
        kept = kept_of(discovery.organization, shown)
    emit(DiscoverySearched.of(discovery, actor, **_width(sought), count=len(shown)))
    known = known_to(actor, shown, discovery.organization)
    return Found(shown, known, kept, shown[-1].pk if len(found) > most else None)


@operation
def open_found(*, actor: Actor, discovery: Discovery, message_id: UUID) -> Found:
    """Return one message with all it says, has said before it was edited, or said until it was deleted and is kept.

    Raises:
        NotVisible: there is none, or none that the organization may look at.

    Emits: FoundOpened.
    """
    _check(actor, discovery)
    with acting(Actor.system(CLOCK)):
        message = opened_in(discovery.organization, message_id)
        kept = kept_of(discovery.organization, [message] if message else [])
    if message is None:
        raise NotVisible
    facts = {"kept": DELETED if message.deleted_at else ""}
    emit(FoundOpened.of(discovery, actor, channel_id=message.channel_id, message_id=message.pk, **facts))
    return Found([message], known_to(actor, [message], discovery.organization), kept)


@operation
def take_found(*, actor: Actor, discovery: Discovery, sought: Sought) -> Taken:
    """Return all that fits as one file; words of organizations that let nothing be taken out are not in it.

    Emits: FoundTaken, with the file's SHA-256.
    """
    _check(actor, discovery, sought)
    with acting(Actor.system(CLOCK)):
        found = found_in(discovery.organization, sought, most=MOST)
        leaves = taken_along(discovery.organization)
        rows = [one for one in found if leaves(one)]
        kept = kept_of(discovery.organization, rows)
    told = Found(rows, known_to(actor, rows, discovery.organization), kept).told()
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told).encode(errors="replace")
    taken = Taken(lines, hashlib.sha256(lines).hexdigest(), len(found) - len(rows))
    counts = {"count": len(rows), "withheld": taken.withheld, "digest": taken.digest}
    emit(FoundTaken.of(discovery, actor, **_width(sought), **counts))
    return taken


def _check(actor: Actor, discovery: Discovery, sought: Sought | None = None) -> None:
    """Refuse before anything is read past the database's policies; it is asked in the actor's name."""
    require(actor, "chat.discover", discovery.organization)
    require_recent(actor)
    discovery.check_open()
    if not reads_record_of(discovery.organization):
        raise NotVisible
    if sought is None:
        return
    if sought.people and not set(sought.people) <= {key for key, _name in people_of(discovery.organization)}:
        raise InvalidInput.at("/people", "unknown", _("Somebody here is not of the organization."))
    if sought.workspace and not _takes_part(discovery.organization, sought.workspace):
        raise InvalidInput.at("/workspace", "unknown", _("The organization takes no part in this workspace."))
    if sought.since and sought.until and sought.until < sought.since:
        raise InvalidInput.at("/until", "out_of_range", _("It ends before it begins."))


def _takes_part(organization: Organization, workspace_id: UUID) -> bool:
    """Tell whether it does, or did: what its people said there is theirs."""
    with acting(Actor.system(CLOCK)):
        return Participant.objects.filter(organization=organization, workspace=workspace_id).exists()


def rooms_of(organization: Organization) -> list[tuple[UUID, str]]:
    """Return the rooms in which an organization takes part or did, for those who read its record."""
    if not reads_record_of(organization):
        return []
    with acting(Actor.system(CLOCK)):
        rows = Participant.objects.filter(organization=organization).exclude(state=Participant.State.INVITED)
        return sorted(rows.values_list("workspace_id", "workspace__name"), key=lambda one: one[1])


def _width(sought: Sought) -> dict[str, Any]:
    return {
        "words": sought.words,
        "people": sought.people,
        "in_workspace_id": sought.workspace,
        "since": sought.since.isoformat() if sought.since else "",
        "until": sought.until.isoformat() if sought.until else "",
    }
