"""A question with answers to choose from, and who has chosen what."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Count
from django.utils import timezone

from chat.errors import PollClosed
from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from kernel.prepared import execute


class Polls(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the channels they read."""
        if actor.sees_all:
            return self
        return within_history(self.filter(in_reach(actor)), actor, "message__")

    def over(self) -> Self:
        """Those whose time has come, and that are open still."""
        return self.filter(closed_at=None, ends_at__lte=timezone.now())


class Poll(Base):
    """What a message asks its readers to choose; the words of the message are the question."""

    message = models.OneToOneField("chat.Message", CASCADE, related_name="poll")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    asked_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    options = ArrayField(models.CharField(max_length=200))
    multiple = models.BooleanField()
    anonymous = models.BooleanField()
    ends_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = Polls.as_manager()

    def check_open(self) -> None:
        if self.closed_at is not None or (self.ends_at is not None and self.ends_at <= timezone.now()):
            raise PollClosed

    def counts(self) -> tuple[list[int], int]:
        """Return how often each option was chosen, and by how many people: counted past what anybody sees of it."""
        rows = execute("SELECT choice, votes, people FROM priv.poll_counts(%s)", [self.pk], ("uuid",))
        chosen = {choice: votes for choice, votes, _people in rows}
        return [chosen.get(place, 0) for place in range(len(self.options))], rows[0][2] if rows else 0

    def by_organization(self) -> list[dict[str, Any]]:
        """Return how often people of each organization chose what; of an anonymous poll nothing."""
        if self.anonymous:
            return []
        counted = self.votes.values("organization__name", "choice").annotate(n=Count("pk"))
        found: dict[str, list[int]] = {}
        for one in counted.order_by("organization__name", "choice"):
            row = found.setdefault(one["organization__name"] or "", [0] * len(self.options))
            row[one["choice"]] = one["n"]
        return [{"name": name, "counts": counts} for name, counts in found.items()]


class Votes(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Of a named poll those of the channels they read; of an anonymous one nobody's but their own."""
        if actor.sees_all:
            return self
        read = self.filter(in_reach(actor))
        read = within_history(read, actor, "poll__message__")
        return read.filter(models.Q(poll__anonymous=False) | models.Q(user_id=actor.user_id))


class Vote(Base):
    """One person's choice of one option, for the organization of their seat on that day."""

    poll = models.ForeignKey("chat.Poll", CASCADE, related_name="votes")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    choice = models.PositiveSmallIntegerField()

    objects = Votes.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["poll", "user", "choice"], name="vote_once")]
