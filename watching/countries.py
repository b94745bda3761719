"""From which country an address comes, if the operator has given us a database that knows."""

import logging
from functools import cache
from ipaddress import ip_address
from typing import Any

import maxminddb
from django.conf import settings

logger = logging.getLogger("collab.watching")


def is_known() -> bool:
    """Tell whether countries can be told here at all."""
    return _database(settings.GEOIP_DATABASE) is not None


def country_of(address: str) -> str:
    """Return two letters of ISO 3166-1, or nothing: private, unknown, or no address."""
    database = _database(settings.GEOIP_DATABASE)
    if database is None or not address:
        return ""
    try:
        found = database.get(ip_address(address))
    except ValueError:  # no address, or of a version that the database does not know
        return ""
    return str(found.get("country", {}).get("iso_code", "")) if isinstance(found, dict) else ""


@cache
def _database(path: str) -> Any:
    """Return the reader, opened once a process; a file that cannot be read is as good as none, and is said so."""
    if not path:
        return None
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        logger.warning("GEOIP_DATABASE cannot be read (%s)", type(error).__name__)
        return None
