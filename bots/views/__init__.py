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
from bots.views.skills import (
    endpoint,
    endpoint_removal,
    endpoint_secret,
    endpoint_test,
    message_skill,
    skill_removal,
    skills,
)

__all__ = [
    "bot",
    "bots",
    "endpoint",
    "endpoint_removal",
    "endpoint_secret",
    "endpoint_test",
    "inlet",
    "inlet_pause",
    "inlet_removal",
    "inlet_resumption",
    "inlet_secret",
    "inlet_test",
    "inlets",
    "letting_in",
    "message_skill",
    "pause",
    "refusal",
    "removal",
    "resumption",
    "skill_removal",
    "skills",
    "token",
]
