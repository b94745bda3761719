"""What asks for a fresh proof: whoever sits down at an open browser should not carry away what weighs most."""

from datetime import datetime, timedelta

from django.utils import timezone

from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded

RECENT = timedelta(minutes=10)


def is_recent(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now() - RECENT


def require_recent(actor: Actor) -> None:
    """Go on if the person behind ``actor`` has signed in or confirmed within ten minutes.

    Who comes with a key of their own goes on too: it was made by somebody who had just confirmed.

    Raises:
        ConfirmationNeeded: a page leads to where one confirms; the API answers 403.
    """
    if not actor.is_recent:
        raise ConfirmationNeeded
