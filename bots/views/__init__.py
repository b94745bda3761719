"""The pages of bots."""

from bots.views.bots import bot, bots, letting_in, pause, refusal, removal, resumption, token
from bots.views.inlets import (
    inlet,
    inlet_pause,
    inlet_removal,
    inlet_resumption,
    inlet_secret,
    inlet_test,
    inlets,
)

__all__ = [
    "bot",
    "bots",
    "inlet",
    "inlet_pause",
    "inlet_removal",
    "inlet_resumption",
    "inlet_secret",
    "inlet_test",
    "inlets",
    "letting_in",
    "pause",
    "refusal",
    "removal",
    "resumption",
    "token",
]
