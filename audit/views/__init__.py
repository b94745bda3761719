"""The record, for people."""

from audit.views.checkpoints import checkpoints
from audit.views.keys import checkpoint_signature, record_key, verifier
from audit.views.records import export, record, verification

__all__ = [
    "checkpoint_signature",
    "checkpoints",
    "export",
    "record",
    "record_key",
    "verification",
    "verifier",
]
