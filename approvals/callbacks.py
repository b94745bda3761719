"""The address at which an outside system answers a call: sealed for one step, good until that has ended."""

from uuid import UUID

from django.conf import settings
from django.core import signing

SIGNER = signing.Signer(salt="approvals.callback", sep=".")


def address_of(run_id: UUID) -> str:
    """Return where the answer to the call of one step is sent; every try of it names the same."""
    return f"{settings.PUBLIC_URL}/api/v1/approvals/callbacks/{SIGNER.sign(run_id.hex)}/"


def run_of(token: str) -> UUID:
    """Return the step that a token is for.

    Raises:
        BadSignature: it is none of ours.
    """
    return UUID(hex=SIGNER.unsign(token))
