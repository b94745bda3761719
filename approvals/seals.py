"""Each decision of a person under a seal: Ed25519 over all that it says, with the key of the organization it was for.

The words of a comment and a signature stand in it as salted digests. Where salt and words are erased the seal still holds, and nobody
can tell what it was made of.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import UTC, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from approvals.events import SealKeyRotated
from approvals.models import Assignment, Instance, InstanceEvent, SealKey
from approvals.models.definitions import canonical
from audit import notes, signing
from audit.errors import KeyLost
from audit.models.personal import SALT, commitment
from audit.operations import endorse_key
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization

FORM = "collab.approval.seal/1"
SEALED = ("decided", "sent_back")  # what a person says in a slot of theirs
SEALER = Actor.system("approvals.seals")  # people never come near the keys

BEGUN_WITHIN = timedelta(minutes=1)  # a key begins while its first decision is taken
HELD_FOR = 60.0  # seconds that a process goes on with a key before it looks whether another seals
ENDS_WITHIN = timedelta(minutes=2)  # so for a moment a key that was retired seals beside the new one

_held: dict[UUID, tuple[float, tuple[str, Ed25519PrivateKey]]] = {}


def forget_keys() -> None:
    """Have them looked up again."""
    _held.clear()


def words_of(event: InstanceEvent) -> bytes:
    """Return what is sealed: the whole event but for its place in the request, and for the seal itself."""
    seal = {name: value for name, value in event.payload["seal"].items() if name != "sig"}
    return canonical(
        {
            "form": FORM,
            "instance": str(event.instance_id),
            "type": event.type,
            "at": event.at.astimezone(UTC).isoformat(),
            "actor": str(event.actor_id or ""),
            "principal": str(event.principal_id or ""),
            "acting_org": str(event.acting_org_id or ""),
            "payload": event.payload | {"seal": seal},
        }
    )


def seal(event: InstanceEvent, slot: Assignment) -> None:
    """Seal a decision before it is linked to what happened before; what was said and signed goes in as digests."""
    key, private = _key_of(event.acting_org_id)
    salt = secrets.token_bytes(SALT) if slot.comment or slot.signature else b""
    slot.salt = salt.hex()
    said = commitment(salt, "comment", slot.comment) if slot.comment else ""
    event.payload["seal"] = {"key": key, "comment": said}
    if slot.signature:
        event.payload["seal"]["signature"] = commitment(salt, "signature", _written(slot.signature))
    event.payload["seal"]["sig"] = b64encode(private.sign(words_of(event))).decode()


def _written(signature: dict[str, Any]) -> str:
    """Return a signature in one way, however the database orders it; a drawing is there by the digest of its file."""
    return canonical(signature).decode()


# ── Keys ─────────────────────────────────────────────────────────────────────
def _key_of(org_id: UUID) -> tuple[str, Ed25519PrivateKey]:
    since, key = _held.get(org_id, (0.0, None))
    if key is None or monotonic() - since > HELD_FOR:
        with acting(SEALER):
            key = _found(org_id) or begin_seal_key(actor=SEALER, org_id=org_id)
        _held[org_id] = (monotonic(), key)
    return key


def _found(org_id: UUID) -> tuple[str, Ed25519PrivateKey] | None:
    for key in SealKey.objects.of({org_id}).filter(retired_at=None).exclude(endorsement=None).reverse():
        try:
            return key.name, signing.private_half(key)
        except KeyLost:
            continue
    return None


@operation
def begin_seal_key(*, actor: Actor, org_id: UUID) -> tuple[str, Ed25519PrivateKey]:
    """Begin a key for an organization that has none here, signed with the platform's.

    Two may begin at the same moment; each key is as good as the other.
    """
    private = notes.new_key()
    key = SealKey(org_id=org_id, public=private.public_key().public_bytes_raw())
    key.endorser, key.endorsement = endorse_key(actor=actor, words=key.words)
    signing.keep(key, private)
    key.save(force_insert=True)
    return key.name, private


def keys_of(org_id: UUID) -> list[SealKey]:
    """Return the keys that have ever sealed for an organization, the latest first; whoever asks steers it."""
    with acting(SEALER):
        return list(SealKey.objects.of({org_id}).reverse())


@operation
def rotate_seal_key(*, actor: Actor, organization: Organization) -> SealKey:
    """Begin another key for an organization's decisions. What the old ones have sealed holds; they seal no more.

    Raises:
        NotAllowed: they do not own the organization.
        ConfirmationNeeded: they signed in more than ten minutes ago.
        KeyLost: the platform cannot sign a new key, so the old ones go on.

    Emits: SealKeyRotated.
    """
    require(actor, "approvals.rotate_seal", organization)
    require_recent(actor)
    with acting(SEALER), transaction.atomic(using=database()):
        old = list(SealKey.objects.of({organization.pk}).filter(retired_at=None))
        name, _private = begin_seal_key(actor=SEALER, org_id=organization.pk)
        new = next(one for one in keys_of(organization.pk) if one.name == name)
        if new.endorsement is None:
            raise KeyLost
        SealKey.objects.filter(pk__in=[one.pk for one in old]).update(retired_at=timezone.now())
    for one in old:
        signing.forget(one)
    _held.pop(organization.pk, None)
    emit(
        SealKeyRotated.of(
            organization, actor.for_org(organization), key=name, before=tuple(one.name for one in old)
        )
    )
    return new


# ── Whether they hold ────────────────────────────────────────────────────────
def first_unsound(instance: Instance, events: Iterable[InstanceEvent]) -> InstanceEvent | None:
    """Return the first decision of a person whose seal is missing, broken, or of another's key; or whose comment or
    signature is not the one that was sealed.

    Args:
        events: in their order.
    """
    decided = [one for one in events if one.type in SEALED and one.actor_id]
    with acting(SEALER):
        keys = list(SealKey.objects.of({one.acting_org_id for one in decided if one.acting_org_id}))
    last = {one.payload["assignment"]: one for one in decided}
    slots = {str(one.pk): one for one in instance.assignments.filter(pk__in=list(last))}
    for event in decided:
        if not _holds(event, [key for key in keys if key.org_id == event.acting_org_id]):
            return event
        slot = slots.get(event.payload["assignment"])
        if last[event.payload["assignment"]] is event and slot and not _is_said(event, slot):
            return event
    return None


def _holds(event: InstanceEvent, keys: list[SealKey]) -> bool:
    """Before an organization had a key, nothing of it was sealed."""
    said: dict[str, Any] = event.payload.get("seal", {})
    if not said:
        return not any(key.created_at - BEGUN_WITHIN <= event.at for key in keys)
    key = next((one for one in keys if one.name == said.get("key")), None)
    return (
        key is not None
        and is_endorsed(key)
        and (key.retired_at is None or event.at <= key.retired_at + ENDS_WITHIN)
        and notes.holds(bytes(key.public), _bytes(said.get("sig", "")), words_of(event))
    )


def is_endorsed(key: SealKey) -> bool:
    by = key.endorser
    return by is not None and notes.holds(bytes(by.public), bytes(key.endorsement or b""), key.words)


def _is_said(event: InstanceEvent, slot: Assignment) -> bool:
    seal = event.payload.get("seal", {})
    said, signed = seal.get("comment", ""), seal.get("signature", "")
    if not slot.salt:  # erased, or taken back: neither salt nor words
        return not (said and slot.comment) and not (signed and slot.signature)
    salt = bytes.fromhex(slot.salt)
    comment = commitment(salt, "comment", slot.comment) if slot.comment else ""
    signature = commitment(salt, "signature", _written(slot.signature)) if slot.signature else ""
    return (comment, signature) == (said, signed)


def _bytes(said: str) -> bytes:
    try:
        return b64decode(said, validate=True)
    except ValueError:
        return b""
