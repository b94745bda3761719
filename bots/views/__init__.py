"""The pages of bots."""

from bots.views.bots import bot, bots, letting_in, pause, refusal, removal, resumption, token

__all__ = ["bot", "bots", "letting_in", "pause", "refusal", "removal", "resumption", "token"]
