"""Counting tries, so that nobody guesses for long."""

from accounts.errors import TooManyTries
from accounts.models.brakes import Brake, account_key, network_key
from kernel.actor import Actor
from kernel.operations import operation


@operation
def count_try(*, actor: Actor, purpose: str, email: str, address: str | None = None) -> None:
    """Count a try before it is known whether it is a good one: of many at once, no more go through than of one by one.

    Whether there is such an account plays no part.

    Args:
        purpose: what stands before the dot in ``PACES``.
        address: where it comes from; None where the account alone counts.

    Raises:
        TooManyTries: the account or the network must wait; this try is not counted.
    """
    held = [Brake.objects.held(f"{purpose}.account", account_key(email))]
    if address is not None:
        held.append(Brake.objects.held(f"{purpose}.network", network_key(address)))
    wait = max(one.seconds_to_wait for one in held)
    if wait:
        raise TooManyTries(wait)
    for one in held:
        one.count()
        one.save(update_fields=["tries", "tried_at", "waits_until"])


@operation
def forgive_tries(*, actor: Actor, email: str, address: str | None = None, purpose: str = "sign_in") -> None:
    """Forget an account's tries after a good one; of its network's only that one, or whoever has an account of their own
    would try others' without end."""
    Brake.objects.at(f"{purpose}.account", account_key(email)).delete()
    if address is not None:
        Brake.objects.let_go(f"{purpose}.network", network_key(address))
