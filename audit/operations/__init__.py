"""The verbs of the record: seal, relay, sign, verify, forget people, and note who looked."""

from audit.operations.checkpointing import make_checkpoint, rotate_key
from audit.operations.countersigning import countersign, register_org_key, retire_org_key
from audit.operations.forgetting import erase_forgotten, forget_people
from audit.operations.parking import retry_parked
from audit.operations.readings import note_export, note_reading
from audit.operations.relaying import relay_some
from audit.operations.sealing import park_or_retry, seal_one, seal_some
from audit.operations.verifying import verify_chain

__all__ = [
    "countersign",
    "erase_forgotten",
    "forget_people",
    "make_checkpoint",
    "note_export",
    "note_reading",
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
