"""The record, for people."""

from audit.views.checkpoints import checkpoints
from audit.views.records import export, record, verification

__all__ = ["checkpoints", "export", "record", "verification"]
