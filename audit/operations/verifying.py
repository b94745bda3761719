"""Walk a chain and keep what was found."""

from django.utils import timezone

from audit.models import Chain
from audit.verification import Broken, Head, examine
from kernel.actor import Actor
from kernel.operations import operation


@operation
def verify_chain(*, actor: Actor, chain: Chain, whole: bool = True) -> Chain:
    """Walk ``chain`` from its first entry, or from where it was last found whole, and note the result.

    A flaw once found stays on the chain until a walk over the whole of it finds none.
    """
    whole = whole or bool(chain.flaw)
    try:
        found = examine(chain, None if whole else Head(chain.verified_seq, bytes(chain.verified_hash)))
    except Broken as broken:
        chain.flaw_seq, chain.flaw = broken.seq, broken.flaw
    else:
        chain.flaw_seq, chain.flaw = None, ""
        chain.verified_seq, chain.verified_hash = found.seq, found.hash
    chain.verified_at = timezone.now()
    chain.walked_at = chain.verified_at if whole else chain.walked_at
    chain.save(
        update_fields=["flaw_seq", "flaw", "verified_seq", "verified_hash", "verified_at", "walked_at"]
    )
    return chain
