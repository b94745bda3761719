"""What operators did to a mail. To whom it goes stays out of the record."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from notifications.models import Delivery


@dataclass(frozen=True, kw_only=True)
class DeliveryEvent(Event):
    delivery_id: UUID
    template: str

    @classmethod
    def of(cls, letter: Delivery, actor: Actor) -> Self:
        return cls(actor=actor, delivery_id=letter.pk, template=letter.template)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("delivery", self.delivery_id, self.template)


@dataclass(frozen=True, kw_only=True)
class DeliveryRetried(DeliveryEvent):
    name = "notifications.delivery_retried"


@dataclass(frozen=True, kw_only=True)
class DeliveryDropped(DeliveryEvent):
    name = "notifications.delivery_dropped"
