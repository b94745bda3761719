"""The verbs of watching."""

from watching.operations.alerts import dismiss_alert, hold_over_alert, release_alerts, weigh_act
from watching.operations.refusals import note_refusal
from watching.operations.rules import change_rule

__all__ = [
    "change_rule",
    "dismiss_alert",
    "hold_over_alert",
    "note_refusal",
    "release_alerts",
    "weigh_act",
]
