"""How much of one thing a caller may ask for in a while: ``settings.RATE_LIMITS``, counted in Valkey.

A door counts before it calls the operation, so nothing waits for Valkey inside a transaction. One request is
one round trip; only a refused one asks once more, for how long to wait.
"""

import logging
from functools import cache
from math import ceil
from time import time

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from kernel.errors import TooMany, Unavailable

logger = logging.getLogger("collab.limits")

# What costs mail or makes accounts waits for Valkey; reading and talking go on without it.
CLOSED_WITHOUT_VALKEY = {"sign-up", "invitations", "invitations of an organization"}
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}  # seconds


def limited(what: str, whose: object) -> None:
    """Count one more of ``what`` for a person, an organization or an address.

    Raises:
        TooMany: that was too much; says how many seconds to wait.
        Unavailable: nobody can count now, and ``what`` is not given away uncounted.
    """
    limit = _limit(settings.RATE_LIMITS[what])
    try:
        if not _counter().hit(limit, what, str(whose)):
            raise TooMany(retry_after=_wait(limit, what, str(whose)))
    except StorageError as error:
        logger.warning("%s is not counted (%s)", what, type(error.storage_error).__name__)
        if what in CLOSED_WITHOUT_VALKEY:
            raise Unavailable from error


def _wait(limit: RateLimitItem, what: str, whose: str) -> int:
    reset = _counter().get_window_stats(limit, what, whose).reset_time
    return min(max(ceil(reset - time()), 1), limit.get_expiry())


@cache
def _limit(said: str) -> RateLimitItem:
    return parse(said)


@cache
def _counter() -> FixedWindowRateLimiter:
    address = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return FixedWindowRateLimiter(storage_from_string(address, wrap_exceptions=True, **PATIENCE))
