"""A bot, who refuses it, and the addresses at which it speaks."""

from bots.models.bots import Bot, Refusal, Scope
from bots.models.inlets import Inlet, InletRefusal, InletThread

__all__ = ["Bot", "Inlet", "InletRefusal", "InletThread", "Refusal", "Scope"]
