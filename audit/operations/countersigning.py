"""The second key: what organizations sign of the records they share."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import notes
from audit.errors import Contradicted, KeyKnown, KeyRetired
from audit.events import CheckpointCountersigned, OrgKeyRegistered, OrgKeyRetired
from audit.keepers import KEEPERS
from audit.models import Checkpoint, Countersignature, OrgKey
from audit.operations.checkpointing import about
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def register_org_key(*, actor: Actor, organization: Any, public: bytes) -> OrgKey:
    """Let ``public`` (Ed25519, 32 bytes) sign for an organization from now on; the one before is retired.

    Raises:
        NotAllowed: the actor does not own the organization.
        KeyKnown: it is or was the organization's key already.

    Emits: OrgKeyRetired, if there was one; OrgKeyRegistered.
    """
    require(actor, KEEPERS["org"].key_rule, organization)
    assert actor.user_id is not None
    keys = OrgKey.objects.filter(org_id=organization.pk)
    if keys.filter(public=public).exists():
        raise KeyKnown
    for before in keys.in_use().select_for_update():
        _retire(actor, before)
    key = OrgKey(
        org_id=organization.pk,
        org_name=organization.name[:120],
        public=public,
        registered_by=actor.user_id,
        registered_name=actor.name[:120],
    )
    key.save(force_insert=True)
    emit(OrgKeyRegistered(actor=actor, **_told(key)))
    return key


@operation
def retire_org_key(*, actor: Actor, organization: Any, key: OrgKey) -> OrgKey:
    """Let a key sign nothing any more. What it has signed stays, and is verified with it.

    Raises:
        NotAllowed: the actor does not own the organization.
        KeyRetired: somebody did before.

    Emits: OrgKeyRetired.
    """
    require(actor, KEEPERS["org"].key_rule, organization)
    key = OrgKey.objects.filter(org_id=organization.pk).locked(key.pk)
    if key.retired_at is not None:
        raise KeyRetired
    _retire(actor, key)
    return key


@operation
def countersign(*, actor: Actor, noun: Any, checkpoint: Checkpoint, line: str) -> Countersignature:
    """Put the name of the organization acted for under a checkpoint; a second time changes nothing.

    Args:
        noun: what the record is of.
        line: the signature as a line of the note: ``— name base64``.

    Raises:
        NotAllowed: the organization takes no part, or the actor does not read its record.
        Contradicted: nobody should sign this one.
        InvalidInput: it is not the signature of the organization's key under this checkpoint.

    Emits: CheckpointCountersigned.
    """
    kind = checkpoint.chain.kind
    require(actor, "audit.countersign", KEEPERS[kind].parties(noun))
    assert actor.user_id is not None
    assert actor.org_id is not None
    if checkpoint.contradicts_id is not None:
        raise Contradicted
    key = OrgKey.objects.in_use().filter(org_id=actor.org_id).first()
    signature = notes.signature_in(line, key.name, bytes(key.public)) if key else None
    if key is None or not notes.holds(bytes(key.public), signature or b"", checkpoint.text.encode()):
        raise InvalidInput.at(
            "/signature",
            "does_not_hold",
            _("This is not your organization's signature under this checkpoint."),
        )
    signed, is_new = Countersignature.objects.get_or_create(
        checkpoint=checkpoint,
        org_id=actor.org_id,
        defaults={
            "chain_id": checkpoint.chain_id,
            "org_name": actor.org.name[:120],
            "key": key,
            "signature": signature,
            "person_id": actor.user_id,
            "person_name": actor.name[:120],
        },
    )
    if is_new:
        said = about(kind, noun, checkpoint)
        signer = {"signer_id": actor.org_id, "signer_name": signed.org_name, "key": key.verifier}
        emit(CheckpointCountersigned(actor=actor, **signer, **said))
    return signed


def _retire(actor: Actor, key: OrgKey) -> None:
    key.retired_at = timezone.now()
    key.save(update_fields=["retired_at"])
    emit(OrgKeyRetired(actor=actor, **_told(key)))


def _told(key: OrgKey) -> dict[str, Any]:
    return {
        "organization_id": key.org_id,
        "organization_name": key.org_name,
        "key_id": key.pk,
        "key": key.verifier,
        "org_ids": (key.org_id,),
    }
