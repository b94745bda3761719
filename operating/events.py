"""What operators set, and why they say they did."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from operating.models import Banner


@dataclass(frozen=True, kw_only=True)
class SwitchEvent(Event):
    switch: str
    reason: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("switch", None, self.switch)


@dataclass(frozen=True, kw_only=True)
class SwitchTurnedOff(SwitchEvent):
    name = "operating.switch_turned_off"


@dataclass(frozen=True, kw_only=True)
class SwitchTurnedOn(SwitchEvent):
    name = "operating.switch_turned_on"


@dataclass(frozen=True, kw_only=True)
class BannerEvent(Event):
    banner_id: UUID
    level: str
    text: str  # written for everybody to read

    @classmethod
    def of(cls, banner: Banner, actor: Actor) -> Self:
        return cls(actor=actor, banner_id=banner.pk, level=banner.level, text=banner.text_en)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("banner", self.banner_id, self.text)


@dataclass(frozen=True, kw_only=True)
class BannerPutUp(BannerEvent):
    name = "operating.banner_put_up"


@dataclass(frozen=True, kw_only=True)
class BannerTakenDown(BannerEvent):
    name = "operating.banner_taken_down"


@dataclass(frozen=True, kw_only=True)
class TaskRetried(Event):
    name = "operating.task_retried"
    failure_id: UUID
    task: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("task", self.failure_id, self.task)
