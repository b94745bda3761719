"""Bots, for programs."""

from bots.api.bots import bot_urlpatterns

api_urlpatterns = [*bot_urlpatterns]
