"""The outbox that operations fill, the chains it is sealed into, and who has looked."""

from audit.models.chains import (
    FACTS,
    PLATFORM,
    START,
    Chain,
    Entries,
    Entry,
    Fact,
    OperatorsOnly,
    Outbox,
    Outboxes,
    Reading,
    canonical,
    hash_of,
)

__all__ = [
    "FACTS",
    "PLATFORM",
    "START",
    "Chain",
    "Entries",
    "Entry",
    "Fact",
    "OperatorsOnly",
    "Outbox",
    "Outboxes",
    "Reading",
    "canonical",
    "hash_of",
]
