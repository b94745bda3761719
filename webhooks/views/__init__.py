"""The pages of webhooks and streams."""

from webhooks.views.hooks import (
    delivery,
    new,
    pause,
    redelivery,
    removal,
    resumption,
    secret,
    settings,
    test,
    webhook,
    webhooks,
)
from webhooks.views.streams import (
    stream,
    stream_new,
    stream_pause,
    stream_removal,
    stream_resumption,
    stream_secret,
    stream_settings,
    stream_test,
    streams,
)

__all__ = [
    "delivery",
    "new",
    "pause",
    "redelivery",
    "removal",
    "resumption",
    "secret",
    "settings",
    "stream",
    "stream_new",
    "stream_pause",
    "stream_removal",
    "stream_resumption",
    "stream_secret",
    "stream_settings",
    "stream_test",
    "streams",
    "test",
    "webhook",
    "webhooks",
]
