"""What happened to bots. What they do themselves is on record in their own name."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from bots.models import Bot, Call, Inlet, Skill
from chat.models import Channel
from kernel.actor import Actor
from kernel.events import Event
from orgs.models import Organization


@dataclass(frozen=True, kw_only=True)
class BotEvent(Event):
    bot_id: UUID
    bot_name: str
    workspace_name: str
    organization_id: UUID
    organization_name: str

    @classmethod
    def about(cls, bot: Bot, actor: Actor, **facts: Any) -> Self:
        """Enter the record of the room, of its host and of the organization that runs the bot."""
        return cls(
            actor=actor,
            workspace_id=bot.workspace_id,
            org_ids=tuple({bot.workspace.host_id, bot.organization_id}),
            bot_id=bot.pk,
            bot_name=bot.user.name,
            workspace_name=bot.workspace.name,
            organization_id=bot.organization_id,
            organization_name=bot.organization.name,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("bot", self.bot_id, self.bot_name)


@dataclass(frozen=True, kw_only=True)
class BotCreated(BotEvent):
    name = "bots.bot_created"
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BotChanged(BotEvent):
    name = "bots.bot_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class BotTokenMade(BotEvent):
    name = "bots.token_made"
    prefix: str
    at_once: bool  # the ones before ended with it


@dataclass(frozen=True, kw_only=True)
class BotPaused(BotEvent):
    name = "bots.bot_paused"


@dataclass(frozen=True, kw_only=True)
class BotResumed(BotEvent):
    name = "bots.bot_resumed"


@dataclass(frozen=True, kw_only=True)
class BotEndedForGood(BotEvent):
    name = "bots.bot_ended"


@dataclass(frozen=True, kw_only=True)
class RefusalEvent(BotEvent):
    """It enters the record of the organization that refuses as well."""

    refuser_id: UUID
    refuser_name: str

    @classmethod
    def by(cls, bot: Bot, actor: Actor, organization: Organization, **facts: Any) -> Self:
        return cls.about(bot, actor, refuser_id=organization.pk, refuser_name=organization.name, **facts)


@dataclass(frozen=True, kw_only=True)
class BotRefusedHere(RefusalEvent):
    name = "bots.bot_refused"
    reason: str


@dataclass(frozen=True, kw_only=True)
class BotLetInAgain(RefusalEvent):
    name = "bots.bot_let_in"


@dataclass(frozen=True, kw_only=True)
class InletEvent(BotEvent):
    """Of an address at which a bot speaks. Of a channel that not all of the room read, the room's record says nothing."""

    inlet_id: UUID
    inlet_name: str
    channel_id: UUID
    channel_name: str

    @classmethod
    def at(cls, inlet: Inlet, actor: Actor, **facts: Any) -> Self:
        channel = inlet.channel
        is_shared = channel.kind == Channel.Kind.OPEN and channel.internal_to_id is None
        said = cls.about(
            inlet.bot,
            actor,
            inlet_id=inlet.pk,
            inlet_name=inlet.name,
            channel_id=channel.pk,
            channel_name=channel.name,
            **facts,
        )
        return said if is_shared else replace(said, workspace_id=None, org_ids=(inlet.bot.organization_id,))

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("inlet", self.inlet_id, self.inlet_name)


@dataclass(frozen=True, kw_only=True)
class InletOpened(InletEvent):
    name = "bots.inlet_opened"


@dataclass(frozen=True, kw_only=True)
class InletRenewed(InletEvent):
    name = "bots.inlet_renewed"
    at_once: bool


@dataclass(frozen=True, kw_only=True)
class InletPaused(InletEvent):
    name = "bots.inlet_paused"


@dataclass(frozen=True, kw_only=True)
class InletResumed(InletEvent):
    name = "bots.inlet_resumed"


@dataclass(frozen=True, kw_only=True)
class InletClosed(InletEvent):
    name = "bots.inlet_closed"


@dataclass(frozen=True, kw_only=True)
class EndpointSet(BotEvent):
    """Where it is told; the address itself stands in no record: it may hold a key."""

    name = "bots.endpoint_set"
    host: str


@dataclass(frozen=True, kw_only=True)
class EndpointSecretMade(BotEvent):
    name = "bots.endpoint_secret_made"


@dataclass(frozen=True, kw_only=True)
class EndpointRemoved(BotEvent):
    name = "bots.endpoint_removed"


@dataclass(frozen=True, kw_only=True)
class SkillEvent(BotEvent):
    skill_id: UUID
    kind: str
    called: str  # as it stands behind the slash, or on the message

    @classmethod
    def of(cls, skill: Skill, bot: Bot, actor: Actor) -> Self:
        return cls.about(bot, actor, skill_id=skill.pk, kind=skill.kind, called=str(skill))


@dataclass(frozen=True, kw_only=True)
class SkillAdded(SkillEvent):
    name = "bots.skill_added"


@dataclass(frozen=True, kw_only=True)
class SkillRemoved(SkillEvent):
    name = "bots.skill_removed"


@dataclass(frozen=True, kw_only=True)
class BotCalled(BotEvent):
    """Somebody called it. What they wrote stands in no record; of a channel that not all read, the room's says nothing."""

    name = "bots.bot_called"
    call_id: UUID
    called: str
    channel_id: UUID | None
    message_id: UUID | None

    @classmethod
    def by(cls, call: Call, actor: Actor) -> Self:
        channel, bot = call.channel, call.bot
        said = cls.about(
            bot,
            actor,
            call_id=call.pk,
            called=call.called,
            channel_id=call.channel_id,
            message_id=call.message_id,
        )
        if channel is None or (channel.kind == Channel.Kind.OPEN and channel.internal_to_id is None):
            return said
        sides = {bot.organization_id, actor.org_id} - {None}
        return replace(said, workspace_id=None, org_ids=tuple(sides))
