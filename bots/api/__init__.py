"""Bots, and the addresses at which they speak, for programs."""

from bots.api.bots import bot_urlpatterns
from bots.api.inlets import inlet_urlpatterns

api_urlpatterns = [*bot_urlpatterns, *inlet_urlpatterns]
