"""What somebody takes along of what was said: their own words, or a channel's."""

import secrets
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import CASCADE, Q
from django.utils import timezone

from chat.errors import NoExportThere
from kernel.actor import Actor
from kernel.nouns import Base, Nouns

GOOD_FOR = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(hours=6)
UTC = ZoneInfo("UTC")


class Mark(models.Aggregate):
    """One number for a set of keys, whatever their order: a key that comes or goes changes it."""

    function = "bit_xor"
    template = "bit_xor(('x' || replace(right(%(expressions)s::text, 17), '-', ''))::bit(64))::bigint"
    output_field = models.BigIntegerField()


def mark_of(keys: list[Any]) -> int:
    """Return the same number for keys that are at hand."""
    found = 0
    for key in keys:
        found ^= key.int & (2**64 - 1)
    return found - 2**64 if found >= 2**63 else found


class Exports(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """The person's alone; to a key of one organization, what was made under its hat."""
        mine = self.filter(user_id=actor.user_id) if actor.user_id else self.none()
        return mine.filter(organization_id=actor.org_id) if actor.bound else mine

    def outdated(self) -> Self:
        gone = Q(ready_at__lt=timezone.now() - GOOD_FOR)
        return self.filter(gone | Q(ready_at=None, created_at__lt=timezone.now() - GIVEN_UP_AFTER))


class Export(Base):
    """A file of messages, made for one person by what they may read, and held against that again when they fetch it.

    No channel is all that they have said themselves, wherever they still read. ``mark`` stands for the messages in it.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        READY = "ready"
        FAILED = "failed"

    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    organization = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")
    channel = models.ForeignKey("chat.Channel", CASCADE, null=True, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)  # its last day
    with_files = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # messages that are in it
    files = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(default=0)  # messages of those who let nothing be taken out
    mark = models.BigIntegerField(default=0)
    stored = models.CharField(max_length=120, blank=True)  # its name in the store, which nobody can guess
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    ready_at = models.DateTimeField(null=True)

    objects = Exports.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="asked"), name="one_export_at_once")
        ]

    @property
    def maker(self) -> Actor:
        """Return in whose name it is made: the person, under no more hats than they asked with."""
        return Actor.person(self.user, org=self.organization, bound=self.organization_id is not None)

    @property
    def begins(self) -> datetime | None:
        return datetime.combine(self.since, time_of_day.min, UTC) if self.since else None

    @property
    def ends(self) -> datetime:
        """Return the moment from which nothing is in it: nothing that was said after it was asked for."""
        if self.until is None:
            return self.created_at
        return min(self.created_at, datetime.combine(self.until + timedelta(days=1), time_of_day.min, UTC))

    @property
    def good_until(self) -> datetime | None:
        return self.ready_at and self.ready_at + GOOD_FOR

    @property
    def is_ready(self) -> bool:
        until = self.good_until
        return self.state == self.State.READY and until is not None and timezone.now() < until

    @property
    def file_name(self) -> str:
        """Return what it is called where it is saved."""
        return f"collab-messages-{timezone.localdate(self.created_at):%Y-%m-%d}.zip"

    def opened(self) -> File:
        """Return the file, open.

        Raises:
            NoExportThere: it is not made yet, could not be made, or its week is over.
        """
        if not self.is_ready:
            raise NoExportThere
        try:
            return default_storage.open(self.stored)
        except FileNotFoundError:
            raise NoExportThere from None

    @staticmethod
    def new_name() -> str:
        return f"exports/{secrets.token_urlsafe(24)}.zip"
