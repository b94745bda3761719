"""A key that a person gives to a program."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.beside import opened
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from kernel.prepared import Prepared

START = "clb_"
USE_NOTED_EVERY = timedelta(minutes=1)


def new_secret() -> str:
    """Return 256 bits nobody can guess, recognizable as ours when it turns up where it should not."""
    return START + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


class Tokens(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def standing(self) -> Self:
        """Those not taken back, expired ones among them."""
        return self.filter(revoked_at=None)

    def living(self) -> Self:
        """Those that open a door now."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.standing().filter(unexpired, user__is_active=True, epoch=F("user__auth_epoch"))

    def opened_by(self, secret: str) -> "Token | None":
        if not secret.startswith(START):
            return None
        return opened(OPENED, digest_of(secret))


class Token(Base):
    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")
        ADMIN = "admin", _("Everything I may")

    user = models.ForeignKey("accounts.User", CASCADE, related_name="tokens")
    name = models.CharField(_("Name"), max_length=120)
    scope = models.CharField(_("Scope"), max_length=8, choices=Scope, default=Scope.READ)
    # The organization it acts for, and no other; organizations live a floor above.
    org_id = models.UUIDField(null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=12, editable=False)
    epoch = models.PositiveIntegerField(editable=False)
    expires_at = models.DateTimeField(_("Expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = Tokens.as_manager()

    class Meta:
        ordering = ["-id"]

    # The secret itself, while the page that shows it once is being made.
    secret: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def was_used_lately(self) -> bool:
        return self.last_used_at is not None and self.last_used_at > timezone.now() - USE_NOTED_EVERY

    def covers(self, scope: str) -> bool:
        """Tell whether this key may open all that ``scope`` opens."""
        order = list(self.Scope.values)
        return order.index(scope) <= order.index(self.scope)


# Every request of a program asks this first.
OPENED = Prepared(
    lambda digest: Token.objects.living().select_related("user").filter(digest=digest), digest=str
)
