"""What was answered to a key of a caller, so that a repeated write is not a second one."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CASCADE
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotNow
from kernel.nouns import Base, Nouns
from kernel.replies import Kept

KEPT_FOR = timedelta(hours=72)
GIVEN_UP_AFTER = timedelta(seconds=60)


class KeyReused(InvalidInput):
    code = "idempotency_key_reused"
    sentence = _("This Idempotency-Key was used with another body.")


class InProgress(NotNow):
    code = "in_progress"
    sentence = _("The first request with this Idempotency-Key is still running.")


class AnswerLost(NotNow):
    code = "answer_lost"
    sentence = _("This was done, and its answer was lost. Look for what it changed before you ask anew.")


class Replies(Nouns):
    def visible_to(self, actor: Actor) -> "Replies":
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def of(self, user_id: UUID, route: str, key: str) -> "Replies":
        return self.filter(user_id=user_id, route=route_digest(route), key=key)

    def outdated(self) -> "Replies":
        return self.filter(started_at__lt=timezone.now() - KEPT_FOR)

    def take(self, user_id: UUID, route: str, key: str, digest: str) -> Kept | None:
        """Return the first answer, or reserve the key and return None.

        Raises:
            KeyReused: it came with another body.
            InProgress: the first is in flight, and younger than a minute.
            AnswerLost: it was done, by a process that ended before it could answer.
        """
        mine = Reply(user_id=user_id, route=route_digest(route), key=key, digest=digest)
        self.bulk_create([mine], ignore_conflicts=True)
        first = self.of(user_id, route, key).first()
        if first is None:  # it failed and let go of the key in this very instant
            raise InProgress
        if first.pk == mine.pk:
            return None
        if self.outdated().filter(pk=first.pk).delete()[0]:
            return self.take(user_id, route, key, digest)
        if first.digest != digest:
            raise KeyReused
        if first.state == Reply.State.ANSWERED:
            return first.kept()
        if first.state == Reply.State.DONE and first.is_given_up:
            raise AnswerLost
        self._take_over(first)
        return None

    def _take_over(self, reply: "Reply") -> None:
        """Go on for a request that died; of two who try, one does."""
        given_up = timezone.now() - GIVEN_UP_AFTER
        same = self.filter(pk=reply.pk, state=Reply.State.IN_FLIGHT, started_at__lt=given_up)
        if not same.update(started_at=timezone.now()):
            raise InProgress

    def note_done(self, user_id: UUID, route: str, key: str) -> None:
        if (
            not self.of(user_id, route, key)
            .filter(state=Reply.State.IN_FLIGHT)
            .update(state=Reply.State.DONE)
        ):
            raise InProgress

    def keep(self, user_id: UUID, route: str, key: str, reply: Kept) -> None:
        self.of(user_id, route, key).update(
            state=Reply.State.ANSWERED, status=reply.status, body=seal(reply.body)
        )

    def release(self, user_id: UUID, route: str, key: str) -> None:
        self.of(user_id, route, key).filter(state=Reply.State.IN_FLIGHT).delete()


class Reply(Base):
    class State(models.TextChoices):
        IN_FLIGHT = "in_flight", _("In flight")
        DONE = "done", _("Done")  # and not answered yet
        ANSWERED = "answered", _("Answered")

    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    route = models.CharField(max_length=64)  # SHA-256: a path may be long
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.IN_FLIGHT)
    status = models.PositiveSmallIntegerField(null=True)
    # Answers quote what row-level security guards elsewhere, and secrets shown once: kept under seal.
    body = models.BinaryField(null=True)
    started_at = models.DateTimeField(default=timezone.now)

    objects = Replies.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="reply_once")]
        indexes = [models.Index(fields=["started_at"])]

    @property
    def is_given_up(self) -> bool:
        return self.started_at < timezone.now() - GIVEN_UP_AFTER

    def kept(self) -> Kept:
        return Kept(self.status or 200, unseal(bytes(self.body)) if self.body is not None else None)


def route_digest(route: str) -> str:
    return hashlib.sha256(route.encode()).hexdigest()


def seal(body: Any) -> bytes:
    return _seals().encrypt(json.dumps(body, cls=DjangoJSONEncoder).encode())


def unseal(sealed: bytes) -> Any:
    return json.loads(_seals().decrypt(sealed))


def _seals() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hashlib.sha256(b"accounts.replies:" + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
