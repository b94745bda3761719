"""A browser in which somebody has signed in, or is about to."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.beside import opened
from accounts.devices import device_name
from accounts.models.people import User
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from kernel.prepared import Prepared

SEEN_NOTED_EVERY = timedelta(minutes=1)


class Sessions(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def opened_by(self, digest: str) -> "Session | None":
        """Return the one whose cookie has this digest, with its person: every page begins here."""
        return opened(OPENED, digest)

    def living(self, person: User) -> Self:
        """Those that open a door now: password and epoch are still what they were opened with."""
        stamp = person.get_session_auth_hash()
        return self.filter(user=person, stamp=stamp, expire_date__gt=timezone.now())


class Session(Base):
    """Its cookie's digest, what the framework keeps in it, and what its owner wants to know of it."""

    session_key = models.CharField(
        max_length=40, unique=True, editable=False
    )  # a digest: see accounts.sessions
    session_data = models.TextField(editable=False)
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey("accounts.User", CASCADE, null=True, related_name="sessions")
    stamp = models.CharField(max_length=64, blank=True, editable=False)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)  # when they last proved that it is them
    seen_at = models.DateTimeField(default=timezone.now)

    objects = Sessions.as_manager()

    class Meta:
        ordering = ["-seen_at", "-id"]

    def belongs_to(self, user_id: str | None, stamp: str, address: str, agent: str) -> None:
        """Take note of whose it is; where that has just changed, they have signed in this very moment."""
        self.stamp = stamp
        if str(self.user_id or "") == (user_id or ""):
            return
        now: datetime | None = timezone.now() if user_id else None
        self.user_id, self.signed_in_at, self.confirmed_at = user_id, now, now  # type: ignore[assignment]
        self.address, self.agent, self.seen_at = address, agent, timezone.now()

    @property
    def is_theirs(self) -> bool:
        """Tell whether it opens a door: their account is open, password and epoch are what it was opened with."""
        person = self.user
        if person is None or not person.is_active:
            return False
        return constant_time_compare(self.stamp, person.get_session_auth_hash())

    @property
    def device(self) -> str:
        return device_name(self.agent)

    @property
    def was_seen_lately(self) -> bool:
        return self.seen_at > timezone.now() - SEEN_NOTED_EVERY


OPENED = Prepared(
    lambda digest: Session.objects.select_related("user").filter(
        session_key=digest, expire_date__gt=timezone.now()
    ),
    digest=str,
)
