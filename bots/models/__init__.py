"""A bot, and who refuses it."""

from bots.models.bots import Bot, Refusal, Scope

__all__ = ["Bot", "Refusal", "Scope"]
