"""What happened to what is kept and taken out. Never what was said: ids and names only."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from chat.models import Channel, Message
from chat.models.exports import Export
from kernel.actor import Actor
from kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ExportEvent(Event):
    """Of a channel, on record where the channel's own acts are; of one's own words, with whoever acts for whom."""

    export_id: UUID
    user_id: UUID
    channel_id: UUID | None
    channel_name: str
    since: str
    until: str
    with_files: bool

    @classmethod
    def of(cls, export: Export, actor: Actor, **facts: Any) -> Self:
        channel = export.channel
        return cls(
            actor=actor,
            workspace_id=channel.workspace_id if channel and _is_shared(channel) else None,
            org_ids=(channel.internal_to_id,) if channel and channel.internal_to_id else (),
            export_id=export.pk,
            user_id=export.user_id,
            channel_id=export.channel_id,
            channel_name=channel.name if channel else "",
            since=export.since.isoformat() if export.since else "",
            until=export.until.isoformat() if export.until else "",
            with_files=export.with_files,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("export", self.export_id, self.channel_name)


def _is_shared(channel: Channel) -> bool:
    return channel.kind == Channel.Kind.OPEN and channel.internal_to_id is None


@dataclass(frozen=True, kw_only=True)
class ExportAsked(ExportEvent):
    name = "chat.export_asked"


@dataclass(frozen=True, kw_only=True)
class ExportTaken(ExportEvent):
    """How many messages and files left with it, and how many stayed since their organization lets nothing out."""

    name = "chat.export_taken"
    messages: int
    files: int
    withheld: int


@dataclass(frozen=True, kw_only=True)
class ExportReady(Event):
    """It enters nobody's record: asking and taking do."""

    name = "chat.export_ready"
    export_id: UUID
    user_id: UUID
    channel_name: str

    @classmethod
    def of(cls, export: Export, actor: Actor) -> Self:
        named = export.channel.name if export.channel else ""
        return cls(actor=actor, export_id=export.pk, user_id=export.user_id, channel_name=named)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("export", self.export_id, self.channel_name)


@dataclass(frozen=True, kw_only=True)
class DiscoveryEvent(Event):
    """Of the organization's own record alone: whose words were looked through is not told."""

    organization_id: UUID
    discovery_id: UUID
    case: str

    @classmethod
    def of(cls, discovery: Any, actor: Actor, **facts: Any) -> Self:
        whose = {"organization_id": discovery.organization_id, "discovery_id": discovery.pk}
        hat = actor.for_org(discovery.organization)
        return cls(actor=hat, org_ids=(discovery.organization_id,), case=discovery.case, **whose, **facts)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("discovery", self.discovery_id, self.case)


@dataclass(frozen=True, kw_only=True)
class DiscoveryOpened(DiscoveryEvent):
    name = "chat.discovery_opened"
    reason: str


@dataclass(frozen=True, kw_only=True)
class DiscoveryClosed(DiscoveryEvent):
    name = "chat.discovery_closed"


@dataclass(frozen=True, kw_only=True)
class DiscoverySearched(DiscoveryEvent):
    """What was looked for, as it was said: the trail would tell nothing without it."""

    name = "chat.discovery_searched"
    words: str
    people: tuple[UUID, ...]
    in_workspace_id: UUID | None
    since: str
    until: str
    count: int  # how many were shown


@dataclass(frozen=True, kw_only=True)
class FoundOpened(DiscoveryEvent):
    name = "chat.found_opened"
    channel_id: UUID
    message_id: UUID
    kept: str = ""  # "deleted": its words stand nowhere else any more


@dataclass(frozen=True, kw_only=True)
class FoundTaken(DiscoverySearched):
    """How many left in a file, and its SHA-256."""

    name = "chat.found_taken"
    withheld: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SecretTold(Event):
    """Somebody was asked, and said something to others that seems to be a secret. Of their organization's record alone."""

    name = "chat.secret_told"
    channel_id: UUID
    channel_name: str
    message_id: UUID
    kinds: tuple[str, ...]  # values of chat.leaks.Leak

    @classmethod
    def of(cls, message: Message, actor: Actor, **facts: Any) -> Self:
        place = message.channel
        whose = (actor.org_id,) if actor.org_id else ()
        where = {"channel_id": place.pk, "channel_name": place.name, "message_id": message.pk}
        return cls(actor=actor, org_ids=whose, **where, **facts)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("channel", self.channel_id, self.channel_name)
