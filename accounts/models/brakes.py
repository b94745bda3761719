"""How often somebody has tried lately, and until when the next try must wait.

Kept in PostgreSQL, not in the cache: a restart, or a cache that is full, gives no attacker new tries.
"""

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kernel.actor import Actor
from kernel.nouns import Base, Nouns

IPV6_HOME = 64  # bits: one home or host owns all addresses behind them
FORGOTTEN_AFTER = timedelta(hours=24)
DOUBLED_AT_MOST = 20


@dataclass(frozen=True)
class Pace:
    """``free`` tries go through; then each makes the next wait twice as long, from ``first`` up to ``most``."""

    free: int
    first: timedelta
    most: timedelta
    forgotten_after: timedelta = FORGOTTEN_AFTER

    def wait_after(self, tries: int) -> timedelta:
        beyond = tries - self.free
        return min(self.first * 2 ** min(beyond, DOUBLED_AT_MOST), self.most) if beyond >= 0 else timedelta()


HOUR = timedelta(hours=1)
PACES = {
    "sign_in.account": Pace(5, timedelta(seconds=30), timedelta(minutes=30)),
    # A whole company may come from one address.
    "sign_in.network": Pace(50, timedelta(seconds=30), timedelta(minutes=15), HOUR),
    # A right password gives no new tries of the second step.
    "factor.account": Pace(5, timedelta(seconds=30), timedelta(minutes=30)),
    "reset.account": Pace(3, timedelta(minutes=1), HOUR),
    "reset.network": Pace(20, timedelta(minutes=1), HOUR, HOUR),
    "confirmation.account": Pace(1, timedelta(minutes=3), HOUR),
}


def account_key(email: str) -> str:
    """Return one key for all ways to write an address, those that only PostgreSQL takes for the same among them."""
    return unicodedata.normalize("NFKC", email).strip().upper().lower()


def network_key(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network((known, IPV6_HOME), strict=False))
    return str(known)


def digest_of(purpose: str, key: str) -> str:
    """Return what stands for an address in the table, which names nobody."""
    return salted_hmac(f"accounts.brakes.{purpose}", key, algorithm="sha256").hexdigest()


class Brakes(Nouns):
    def visible_to(self, actor: Actor) -> "Brakes":
        return self if actor.sees_all else self.none()

    def at(self, purpose: str, key: str) -> "Brakes":
        return self.filter(digest=digest_of(purpose, key))

    def held(self, purpose: str, key: str) -> "Brake":
        """Return the brake, locked until the transaction ends; those who try together go one after the other."""
        mine = Brake(purpose=purpose, digest=digest_of(purpose, key))
        self.bulk_create([mine], ignore_conflicts=True)
        return self.select_for_update().get(digest=mine.digest)

    def let_go(self, purpose: str, key: str) -> None:
        """Take one try back: it was a good one."""
        self.at(purpose, key).filter(tries__gt=0).update(tries=F("tries") - 1, waits_until=None)

    def outdated(self) -> "Brakes":
        return self.filter(tried_at__lt=timezone.now() - FORGOTTEN_AFTER)


class Brake(Base):
    purpose = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(default=timezone.now)
    waits_until = models.DateTimeField(null=True)

    objects = Brakes.as_manager()

    class Meta:
        indexes = [models.Index(fields=["tried_at"])]

    @property
    def seconds_to_wait(self) -> int:
        if self.waits_until is None:
            return 0
        return max(0, ceil((self.waits_until - timezone.now()).total_seconds()))

    def count(self) -> None:
        pace, now = PACES[self.purpose], timezone.now()
        self.tries = 1 if self.tried_at < now - pace.forgotten_after else self.tries + 1
        self.tried_at = now
        wait = pace.wait_after(self.tries)
        self.waits_until = now + wait if wait else None
