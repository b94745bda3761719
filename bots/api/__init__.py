"""Bots, the addresses at which they speak, and what people may ask of them, for programs."""

from bots.api.bots import bot_urlpatterns
from bots.api.inlets import inlet_urlpatterns
from bots.api.skills import skill_urlpatterns

api_urlpatterns = [*bot_urlpatterns, *inlet_urlpatterns, *skill_urlpatterns]
