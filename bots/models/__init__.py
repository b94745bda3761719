"""A bot, who refuses it, the addresses at which it speaks, and what people may ask of it."""

from bots.models.bots import Bot, Refusal, Scope
from bots.models.calls import Call
from bots.models.inlets import Inlet, InletRefusal, InletThread
from bots.models.skills import Endpoint, Skill

__all__ = ["Bot", "Call", "Endpoint", "Inlet", "InletRefusal", "InletThread", "Refusal", "Scope", "Skill"]
