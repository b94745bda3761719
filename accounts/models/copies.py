"""A copy of everything that is kept of a person, made for them and for nobody else."""

import secrets
from datetime import timedelta

from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import CASCADE, Q
from django.urls import reverse
from django.utils import timezone

from accounts.errors import NoCopyThere
from kernel.actor import Actor
from kernel.nouns import Base, Nouns

GOOD_FOR = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(hours=1)
SALT = "accounts.copies"


class Copies(Nouns):
    def visible_to(self, actor: Actor) -> "Copies":
        """The person's alone: what it holds is no business of operators."""
        return self.filter(user_id=actor.user_id) if actor.user_id else self.none()

    def ready(self) -> "Copies":
        return self.filter(state=Copy.State.READY, ready_at__gt=timezone.now() - GOOD_FOR)

    def outdated(self) -> "Copies":
        gone = Q(ready_at__lt=timezone.now() - GOOD_FOR)
        return self.filter(gone | Q(created_at__lt=timezone.now() - GOOD_FOR - GIVEN_UP_AFTER))

    def opened_by(self, token: str, actor: Actor) -> "Copy | None":
        """Return the copy that a signed link leads to, where it still does and is the actor's own."""
        try:
            key = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
        except signing.BadSignature:
            return None
        return self.visible_to(actor).ready().filter(pk=key).first()


class Copy(Base):
    class State(models.TextChoices):
        ASKED = "asked"
        READY = "ready"
        FAILED = "failed"

    user = models.ForeignKey("accounts.User", CASCADE, related_name="copies")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    parts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=120, blank=True)  # its name in the store, which nobody can guess
    ready_at = models.DateTimeField(null=True)

    objects = Copies.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="asked"), name="one_copy_at_once")
        ]

    @property
    def good_until(self) -> object:
        return self.ready_at and self.ready_at + GOOD_FOR

    @property
    def is_ready(self) -> bool:
        return (
            self.state == self.State.READY
            and self.ready_at is not None
            and timezone.now() < self.ready_at + GOOD_FOR
        )

    @property
    def url(self) -> str:
        """Return a link for this page view; it is signed, ends in a day, and opens for its person alone."""
        return reverse("copy", args=[signing.dumps(str(self.pk), salt=SALT)])

    @property
    def file_name(self) -> str:
        """Return what it is called where it is saved."""
        return f"collab-{timezone.localdate():%Y-%m-%d}.zip"

    def opened(self) -> File:
        """Return the file, open.

        Raises:
            NoCopyThere: it is not made yet, could not be made, or its day is over.
        """
        if not self.is_ready:
            raise NoCopyThere
        try:
            return default_storage.open(self.file)
        except FileNotFoundError:
            raise NoCopyThere from None

    @staticmethod
    def new_name() -> str:
        return f"copies/{secrets.token_urlsafe(24)}.zip"
