"""A bot was called: by whom, from where, what became of it, and what it said to them alone."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bots.errors import AnsweredTooLate
from bots.models.bots import Bot
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.nouns import Base, Nouns
from kernel.outgoing import SENTENCES
from orgs.models import Membership

ANSWERED_WITHIN = timedelta(minutes=30)
LONGEST_WORDS, LONGEST_ANSWER = 500, 2000
PAUSES = [
    timedelta(seconds=one) for one in (5, 30, 120)
]  # after the first try: somebody waits for the answer


class Calls(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; to those whose organization runs the bot, and to the bot, all of its. RLS draws the same line."""
        if actor.sees_all:
            return self
        ours = Membership.objects.of(actor).values("organization_id")
        theirs = Q(bot__organization__in=ours) | Q(bot__user=actor.user_id)
        rows = self.filter(bot__in=Bot.objects.visible_to(actor))
        return rows.filter(Q(asked_by=actor.user_id) | theirs)

    def told(self) -> Self:
        return self.select_related("bot__user", "bot__organization", "bot__workspace__host", "channel")

    def due(self) -> Self:
        return self.filter(state=Call.State.WAITING, due_at__lte=timezone.now())


class Call(Base):
    """What the caller wrote after a command is kept until it has left, and no longer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        WITHHELD = "withheld", _("Withheld")  # the bot may not see any more what it was about

    bot = models.ForeignKey("bots.Bot", CASCADE, related_name="calls")
    skill_id = models.UUIDField(null=True)  # null: a test; it may be gone meanwhile
    called = models.CharField(_("Called"), max_length=81)  # as it stood there that day
    channel = models.ForeignKey("chat.Channel", CASCADE, null=True, related_name="+")  # null: a test
    message = models.ForeignKey("chat.Message", CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    language = models.CharField(max_length=16)
    state = models.CharField(_("State"), max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP, of the last try
    duration_ms = models.PositiveIntegerField(null=True)
    error = models.CharField(
        max_length=20, blank=True
    )  # a code of kernel.outgoing, where there was no answer
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = Calls.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["bot", "-id"], name="bot_call_newest"),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="bot_call_due"),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def telling_id(self) -> str:
        """Return what stands in ``webhook-id``: the same at every try."""
        return f"msg_{self.pk.hex}"

    @property
    def is_test(self) -> bool:
        return self.channel_id is None

    @property
    def silence(self) -> Sentence:
        return SENTENCES.get(self.error, self.error)

    def said_to(self, actor: Actor) -> str:
        """Return what there is to say to whoever called, in the bot's name; to all others nothing."""
        if actor.user_id != self.asked_by_id:
            return ""
        bot = f"{self.bot.name} ({self.bot.organization.name})"
        if self.answer:
            return f"{bot}: {self.answer}"
        if self.state == self.State.WITHHELD and not self.attempts:
            return str(format_lazy(_("{bot} could not be told. Nothing was done."), bot=bot))
        if self.state in (self.State.FAILED, self.State.WITHHELD):  # it may have heard a try, and acted
            said = _("{bot} did not answer in time. Whether it did anything is not known here.")
            return str(format_lazy(said, bot=bot))
        return ""

    def pause(self) -> timedelta | None:
        """Return how long to wait before the next try; None if that was the last."""
        return PAUSES[self.attempts - 1] if self.attempts <= len(PAUSES) else None

    def take_answer(self, said: str) -> None:
        """Keep what the bot says to whoever called it; within half an hour it may say it anew. The caller saves.

        Raises:
            AnsweredTooLate: nobody waits for it any more.
        """
        if timezone.now() - self.created_at > ANSWERED_WITHIN:
            raise AnsweredTooLate
        self.answer, self.answered_at = said, timezone.now()
