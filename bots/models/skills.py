"""What people may ask of a bot: a command behind a slash, or something to do with a message; and where it is told."""

import re
from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.signing import Signing
from bots.models.bots import Bot, Scope
from chat.models import Channel, seats_reading
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from kernel.outgoing import LONGEST_URL
from orgs.models import Membership

NAME = re.compile(r"[a-z][a-z0-9-]{1,29}")
CHINESE_NAME = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fffa-z0-9-]{0,29}")
# What stands behind a slash already; nobody's bot may be taken for it. A test holds the list against what is offered.
RESERVED = frozenset(
    [
        "approval",
        "approve",
        "away",
        "channel",
        "dnd",
        "everybody",
        "help",
        "incident",
        "later",
        "members",
        "message",
        "msg",
        "mute",
        "notify",
        "poll",
        "read",
        "remind",
        "reminders",
        "saved",
        "search",
        "status",
        "threads",
        "unmute",
        "投票",
        "取消静音",
        "静音",
        "已读",
        "搜索",
        "提醒我",
        "提醒",
        "我的提醒",
        "稍后处理",
        "话题",
        "私信",
        "成员",
        "免打扰",
        "帮助",
        "审批",
        "待审批",
        "批准",
        "状态",
        "勿扰",
        "事件",
        "所有人",
    ]
)


class OfBots(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(bot__in=Bot.objects.visible_to(actor))


class Endpoints(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of bots that one's own organization runs. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        ours = Membership.objects.of(actor).values("organization_id")
        return self.filter(bot__in=Bot.objects.visible_to(actor).filter(organization__in=ours))


class Endpoint(Signing, Base):
    """Where a bot hears that it was called. Its organization alone knows the address; the others know that there is one."""

    purpose = "bots.secrets"

    bot = models.OneToOneField("bots.Bot", CASCADE, related_name="endpoint")
    url = models.CharField(_("Address"), max_length=LONGEST_URL)
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    objects = Endpoints.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url


class Skills(OfBots):
    def told(self) -> Self:
        return self.select_related("bot__user", "bot__organization", "bot__workspace__host")

    def of_room(self, workspace_id: Any) -> Self:
        return self.filter(bot__workspace=workspace_id, bot__ended_at=None)

    def heard_in(self, channel: Channel) -> Self:
        """Those that can be called there: of bots that read the channel, and may be called."""
        if channel.is_direct:  # programs are in none
            return self.none()
        readers = seats_reading(channel).filter(user__is_bot=True).values("user_id")
        ready = self.of_room(channel.workspace_id).filter(bot__scopes__contains=[Scope.CALLS])
        return ready.filter(bot__user__in=readers)


class Skill(Base):
    """A command has names, in English letters and in Chinese; what is done with a message has none."""

    class Kind(models.TextChoices):
        COMMAND = "command", _("Command behind a slash")
        MESSAGE = "message", _("Something to do with a message")

    bot = models.ForeignKey("bots.Bot", CASCADE, related_name="skills")
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind)
    name = models.CharField(max_length=30, blank=True)
    name_zh = models.CharField(max_length=30, blank=True)
    label = models.CharField(max_length=80)
    label_zh = models.CharField(max_length=80, blank=True)
    hint = models.CharField(max_length=80, blank=True)  # what may be written after a command
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    objects = Skills.as_manager()

    class Meta:
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return f"/{self.name}" if self.is_command else self.shown_label

    @property
    def is_command(self) -> bool:
        return self.kind == self.Kind.COMMAND

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one for one in (self.name, self.name_zh) if one)

    @property
    def shown_label(self) -> str:
        """Return what it does, in the reader's language where somebody wrote it in that."""
        return (self.label_zh if (get_language() or "").startswith("zh") else "") or self.label

    @property
    def signed_label(self) -> str:
        """Return it with whose it is: nothing of a bot's passes for the platform's own."""
        return f"{self.shown_label} · {self.bot.name} ({self.bot.organization.name})"
