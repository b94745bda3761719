"""Where an address leads, looked up at the door: nothing waits for a name server inside a transaction."""

from kernel.errors import InvalidInput
from kernel.outgoing import Unreachable, check_reachable


def look_up(url: str, *, field: str = "url") -> None:
    """Refuse an address that leads nowhere, or where we call nobody. It is looked at again with every call.

    Raises:
        InvalidInput: the code says why.
    """
    try:
        check_reachable(url.strip())
    except Unreachable as refusal:
        raise InvalidInput.at(f"/{field}", refusal.code, refusal.sentence) from None
