"""Webhooks and streams: where an organization's own systems are told what happens."""

from webhooks.models.hooks import (
    BOTH_LIVE,
    PATIENCE,
    PAUSES,
    REFUSED,
    REST,
    Deliveries,
    Delivery,
    Webhook,
    Webhooks,
)
from webhooks.models.outlets import GIVEN_UP_AFTER
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
    "Stream",
    "Streams",
    "Webhook",
    "Webhooks",
]
