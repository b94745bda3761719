"""What happened to webhooks. Addresses often hold a secret, so the record names their host alone."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from webhooks.models import Delivery, Stream, Webhook


@dataclass(frozen=True, kw_only=True)
class WebhookEvent(Event):
    webhook_id: UUID
    webhook_name: str
    organization_id: UUID

    @classmethod
    def of(cls, webhook: Webhook, actor: Actor, **facts: Any) -> Self:
        """Say it for the organization, whichever hat the actor wears otherwise."""
        return cls(
            actor=actor.for_org(webhook.organization),
            org_ids=(webhook.organization_id,),
            webhook_id=webhook.pk,
            webhook_name=webhook.name,
            organization_id=webhook.organization_id,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("webhook", self.webhook_id, self.webhook_name)


@dataclass(frozen=True, kw_only=True)
class WebhookCreated(WebhookEvent):
    name = "webhooks.webhook_created"
    host: str
    told_of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(WebhookEvent):
    name = "webhooks.webhook_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class WebhookDeleted(WebhookEvent):
    name = "webhooks.webhook_deleted"
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookPaused(WebhookEvent):
    name = "webhooks.webhook_paused"


@dataclass(frozen=True, kw_only=True)
class WebhookResumed(WebhookEvent):
    name = "webhooks.webhook_resumed"


@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(WebhookEvent):
    """The platform turned it off."""

    name = "webhooks.webhook_disabled"
    reason: str  # a Webhook.Reason value


@dataclass(frozen=True, kw_only=True)
class SecretRotated(WebhookEvent):
    name = "webhooks.secret_rotated"


@dataclass(frozen=True, kw_only=True)
class WebhookTested(WebhookEvent):
    name = "webhooks.webhook_tested"
    delivery_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeliveryRepeated(WebhookEvent):
    name = "webhooks.delivery_repeated"
    delivery_id: UUID
    event: str

    @classmethod
    def about(cls, again: Delivery, actor: Actor) -> Self:
        return cls.of(again.webhook, actor, delivery_id=again.pk, event=again.event)


@dataclass(frozen=True, kw_only=True)
class StreamEvent(Event):
    stream_id: UUID
    stream_title: str
    organization_id: UUID

    @classmethod
    def of(cls, stream: Stream, actor: Actor, **facts: Any) -> Self:
        """Say it for the organization, whichever hat the actor wears otherwise."""
        return cls(
            actor=actor.for_org(stream.organization),
            org_ids=(stream.organization_id,),
            stream_id=stream.pk,
            stream_title=stream.name,
            organization_id=stream.organization_id,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("stream", self.stream_id, self.stream_title)


@dataclass(frozen=True, kw_only=True)
class StreamCreated(StreamEvent):
    """From now on what enters the record leaves for a host, beginning behind entry ``after``."""

    name = "webhooks.stream_created"
    kind: str  # a Stream.Kind value
    host: str
    after: int


@dataclass(frozen=True, kw_only=True)
class StreamChanged(StreamEvent):
    name = "webhooks.stream_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StreamSecretRotated(StreamEvent):
    name = "webhooks.stream_secret_rotated"


@dataclass(frozen=True, kw_only=True)
class StreamPaused(StreamEvent):
    name = "webhooks.stream_paused"


@dataclass(frozen=True, kw_only=True)
class StreamResumed(StreamEvent):
    name = "webhooks.stream_resumed"


@dataclass(frozen=True, kw_only=True)
class StreamTested(StreamEvent):
    name = "webhooks.stream_tested"


@dataclass(frozen=True, kw_only=True)
class StreamDeleted(StreamEvent):
    name = "webhooks.stream_deleted"
    host: str


@dataclass(frozen=True, kw_only=True)
class StreamDisabled(StreamEvent):
    """The platform turned it off."""

    name = "webhooks.stream_disabled"
    reason: str  # a Stream.Reason value
