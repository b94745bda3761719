"""The record, for people."""

from audit.views.checkpoints import checkpoints
from audit.views.keys import checkpoint_signature, record_key, verifier
from audit.views.record_views import (
    record_view,
    record_view_first,
    record_view_first_removal,
    record_view_removal,
    record_views,
)
from audit.views.records import export, lines, own_acts, record, verification

__all__ = [
    "checkpoint_signature",
    "checkpoints",
    "export",
    "lines",
    "own_acts",
    "record",
    "record_key",
    "record_view",
    "record_view_first",
    "record_view_first_removal",
    "record_view_removal",
    "record_views",
    "verification",
    "verifier",
]
