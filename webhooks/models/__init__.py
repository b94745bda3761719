"""Webhooks and streams: where an organization's own systems are told what happens."""

from accounts.signing import BOTH_LIVE
from webhooks.models.hooks import (
    PATIENCE,
    PAUSES,
    REFUSED,
    REST,
    Deliveries,
    Delivery,
    Webhook,
    Webhooks,
)
from webhooks.models.outlets import GIVEN_UP_AFTER, Outlet, Outlets
from webhooks.models.streams import Stream, Streams

__all__ = [
    "BOTH_LIVE",
    "GIVEN_UP_AFTER",
    "PATIENCE",
    "PAUSES",
    "REFUSED",
    "REST",
    "Deliveries",
    "Delivery",
    "Outlet",
    "Outlets",
    "Stream",
    "Streams",
    "Webhook",
    "Webhooks",
]
