"""What somebody says of themselves beside their name, until it is over."""

from typing import Self

from django.db import models
from django.db.models import CASCADE, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns

LONGEST = 80  # characters of a status


class Statuses(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; what others see of it, ``presence.queries`` tells them."""
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def standing(self) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Status(Base):
    """One person's; it ends by itself at ``until``, and nobody has to come and take it away."""

    user = models.OneToOneField("accounts.User", CASCADE, related_name="+")
    emoji = models.CharField(_("Emoji"), max_length=16, blank=True)
    words = models.CharField(_("Words"), max_length=LONGEST, blank=True)
    until = models.DateTimeField(null=True)

    objects = Statuses.as_manager()

    class Meta:
        verbose_name_plural = _("Statuses")

    def __str__(self) -> str:
        return f"{self.emoji} {self.words}".strip()
