"""What a chain is, signed: by the clock each hour, and whenever somebody who reads it asks."""

import logging
from typing import Any

from django.db import connections
from django.utils import timezone

from audit import notes, signing
from audit.errors import KeyLost, NothingSealed
from audit.events import CheckpointContradicted, CheckpointMade
from audit.keepers import KEEPERS
from audit.models import Chain, Checkpoint, Entry, SigningKey, Tile, origin_of, platform_name
from audit.proofs import Proofs
from audit.tree import is_consistent
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

logger = logging.getLogger("collab.audit")
PIECE = 2000
KEY_LOCK = 0x5EA2


@operation
def make_checkpoint(*, actor: Actor, chain: Chain) -> Checkpoint:
    """Sign how many entries ``chain`` has and the root over them, unless that was signed before.

    It is held against the last one that stands. Where it does not continue that one, somebody has changed
    what was sealed: the checkpoint says so, and stays.

    Raises:
        NothingSealed: the chain has no entry yet.
        KeyLost: the private half of the platform's key is not where it was left.

    Emits: CheckpointMade, where the record is shared; CheckpointContradicted, where it does not continue.
    """
    require(actor, "audit.sign_checkpoint", chain)
    chain = Chain.objects.select_for_update().get(pk=chain.pk)  # the sealer waits, or has committed
    _catch_up(chain)
    if not chain.tree_size:
        raise NothingSealed
    root = chain.root
    known = chain.checkpoints.filter(size=chain.tree_size, root=root).first()
    return known or _sign(actor, chain, root)


@operation
def rotate_key(*, actor: Actor) -> SigningKey:
    """Begin a new key, signed with the one before where that is still at hand. The old public half stays.

    The private half of the old one is left where it is; operators destroy it if it leaked.
    """
    require(actor, "audit.operate", None)
    _take_turn()
    before = SigningKey.objects.filter(retired_at=None).first()
    if before is not None:
        before.retired_at = timezone.now()
        before.save(update_fields=["retired_at"])
    return _begin_key(before)


@operation
def endorse_key(*, actor: Actor, words: bytes) -> tuple[SigningKey, bytes | None]:
    """Sign what ``words`` say of a key that is kept for an organization, with the platform's.

    Returns:
        the key it was signed with, and the signature: nothing where that key is lost, which operators are told of.
    """
    require(actor, "audit.operate", None)
    key = _key_in_use()
    try:
        return key, signing.sign(key, words)
    except KeyLost:
        logger.error("the platform's key is not where it was left: a key of decisions is not endorsed")
        return key, None


def _sign(actor: Actor, chain: Chain, root: bytes) -> Checkpoint:
    before = chain.checkpoints.standing().order_by("-size").first()
    made = Checkpoint(
        chain=chain, size=chain.tree_size, root=root, origin=origin_of(chain), key=_key_in_use()
    )
    made.contradicts = before if before and not _continues(chain, before, root) else None
    made.signature = signing.sign(made.key, made.text.encode())
    made.save(force_insert=True)
    _tell(actor, chain, made)
    return made


def _tell(actor: Actor, chain: Chain, made: Checkpoint) -> None:
    """Deliver it to those who share the record; one's own record waits for nobody else."""
    keeper = KEEPERS.get(chain.kind)
    noun = keeper.find(actor, pk=chain.noun_id) if keeper else None
    if noun is None:
        return
    said = about(chain.kind, noun, made)
    if made.contradicts is not None:
        emit(CheckpointContradicted(actor=actor, held_size=made.contradicts.size, **said))
    elif chain.kind == Chain.Kind.WORKSPACE:
        emit(CheckpointMade(actor=actor, root=made.root_hex, **said))


def about(kind: str, noun: Any, made: Checkpoint) -> dict[str, Any]:
    """Return what an event says of a checkpoint, and whose record it enters."""
    place = {"workspace_id": noun.pk} if kind == Chain.Kind.WORKSPACE else {"org_ids": (noun.pk,)}
    said = {"kind": kind, "noun_id": noun.pk, "noun_name": str(noun)}
    return said | {"checkpoint_id": made.pk, "size": made.size} | place


def _continues(chain: Chain, before: Checkpoint, root: bytes) -> bool:
    if before.size > chain.tree_size:
        return False
    proof = Proofs(chain).consistency(before.size, chain.tree_size)
    return is_consistent(before.size, bytes(before.root), chain.tree_size, root, proof)


def _catch_up(chain: Chain) -> None:
    """Take in what was sealed before there was a tree; the sealer does it for all that comes later."""
    begun = chain.tree_size
    while chain.tree_size < chain.last_seq:
        reached = chain.tree_size
        piece = Entry.objects.filter(chain=chain, seq__gt=reached).order_by("seq")[:PIECE]
        Tile.objects.bulk_create(chain.grow(piece))
        if chain.tree_size == reached:
            break  # the next one is missing; verifying says so
    if chain.tree_size != begun:
        chain.save(update_fields=["tree_size", "edge"])


def _key_in_use() -> SigningKey:
    key = SigningKey.objects.filter(retired_at=None).first()
    if key is None:
        _take_turn()
        key = SigningKey.objects.filter(retired_at=None).first() or _begin_key(None)
    return key


def _begin_key(before: SigningKey | None) -> SigningKey:
    private = notes.new_key()
    key = SigningKey(name=platform_name(), public=private.public_key().public_bytes_raw())
    if before is not None:
        key.endorsement = signing.endorse(before, key)
    signing.keep(key, private)
    key.save(force_insert=True)
    return key


def _take_turn() -> None:
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEY_LOCK])
