"""The verbs of the record: seal, relay, sign, verify, forget people, keep views, and note who looked."""

from audit.operations.checkpointing import endorse_key, make_checkpoint, rotate_key
from audit.operations.countersigning import countersign, register_org_key, retire_org_key
from audit.operations.forgetting import erase_forgotten, forget_people
from audit.operations.parking import retry_parked
from audit.operations.readings import note_export, note_reading
from audit.operations.record_views import (
    change_view,
    delete_view,
    keep_view,
    open_whole,
    open_with,
)
from audit.operations.relaying import relay_some
from audit.operations.sealing import park_or_retry, seal_one, seal_some
from audit.operations.verifying import verify_chain

__all__ = [
    "change_view",
    "countersign",
    "delete_view",
    "endorse_key",
    "erase_forgotten",
    "forget_people",
    "keep_view",
    "make_checkpoint",
    "note_export",
    "note_reading",
    "open_whole",
    "open_with",
    "park_or_retry",
    "register_org_key",
    "relay_some",
    "retire_org_key",
    "retry_parked",
    "rotate_key",
    "seal_one",
    "seal_some",
    "verify_chain",
]
