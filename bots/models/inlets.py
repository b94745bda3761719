"""A way in for programs that only tell: an address with a secret in it, at which a bot speaks in one channel."""

import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.tokens import digest_of
from bots.errors import InletRests, InletRuns
from bots.models.bots import Bot
from chat.models import Channel
from kernel.actor import Actor
from kernel.nouns import Base, Nouns

START = "clh_"
BOTH_LIVE = timedelta(hours=24)  # that an old address works beside the new one
KEPT_REFUSALS = 20


class Inlets(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of channels one reads. Row-level security draws the same line; the secret is nobody's to read."""
        if actor.sees_all:
            return self
        return self.filter(
            bot__in=Bot.objects.visible_to(actor), channel__in=Channel.objects.visible_to(actor)
        )

    def told(self) -> Self:
        return self.select_related("bot__user", "bot__organization", "bot__workspace__host", "channel")

    def opened_by(self, secret: str) -> "Inlet | None":
        """Return the one whose address holds this secret, or held it until a day ago."""
        if not secret.startswith(START):
            return None
        digest = digest_of(secret)
        older = Q(old_digest=digest, old_until__gt=timezone.now())
        found: Inlet | None = self.told().filter(Q(digest=digest) | older).first()
        return found


class Inlet(Base):
    bot = models.ForeignKey("bots.Bot", CASCADE, related_name="inlets")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    old_digest = models.CharField(max_length=64, blank=True)
    old_until = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    objects = Inlets.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    # What stands in its address, in the one answer that shows it.
    secret: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def speaker(self) -> Actor:
        """Return who speaks through it: the bot, for its organization."""
        return Actor.person(self.bot.user, self.bot.organization)

    def draw_secret(self, *, at_once: bool = False) -> None:
        """Give it another address; the one before works for a day more, or ends. The caller saves."""
        if self.digest:
            self.old_digest = "" if at_once else self.digest
            self.old_until = None if at_once else timezone.now() + BOTH_LIVE
        self.secret = START + secrets.token_urlsafe(32)
        self.digest = digest_of(self.secret)

    def pause(self) -> None:
        if self.is_paused:
            raise InletRests
        self.paused_at = timezone.now()

    def resume(self) -> None:
        if not self.is_paused:
            raise InletRuns
        self.paused_at = None

    def check_open(self) -> None:
        if self.is_paused:
            raise InletRests


class OfInlets(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(inlet__in=Inlet.objects.visible_to(actor))


class InletThread(Base):
    """Which message began the thread that a program calls by a word of its own."""

    inlet = models.ForeignKey("bots.Inlet", CASCADE, related_name="threads")
    key = models.CharField(max_length=64)
    message = models.ForeignKey("chat.Message", CASCADE, related_name="+")

    objects = OfInlets.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inlet", "key"], name="inlet_thread_once")]


class InletRefusal(Base):
    """Why something that came was not said: a code and its status, never what came."""

    inlet = models.ForeignKey("bots.Inlet", CASCADE, related_name="refused")
    code = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()

    objects = OfInlets.as_manager()

    class Meta:
        ordering = ["-pk"]
