"""Webhooks and streams, for programs."""

from webhooks.api.hooks import hook_urlpatterns
from webhooks.api.streams import stream_urlpatterns

api_urlpatterns = [*hook_urlpatterns, *stream_urlpatterns]
