"""Who really asks, where a proxy stands in front of us: told by those in ``TRUSTED_PROXIES``, by nobody else."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings

Address = IPv4Address | IPv6Address
_FOR, _PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
TRACE = "HTTP_TRACEPARENT"


def settle(meta: dict[str, Any]) -> None:
    """Make ``REMOTE_ADDR`` of a request the client's, and forget what strangers say of their own way here.

    All that asks for an address or for https later reads it there: the record, limits on attempts,
    ``SECURE_PROXY_SSL_HEADER``, the demo's closed door.
    """
    peer = meta.get("REMOTE_ADDR", "")
    if not is_trusted(peer):
        for told in (_FOR, _PROTO, TRACE):
            meta.pop(told, None)
        return
    meta["REMOTE_ADDR"] = client_of(peer, meta.get(_FOR, ""))


def client_of(peer: str, forwarded: str) -> str:
    """Return the address of whoever asks, believing each proxy that is trusted about the one before it.

    Args:
        peer: who opened the connection.
        forwarded: ``X-Forwarded-For``, the farthest first. From a name that is no address leftwards it is
            ignored: a stranger may have written that.
    """
    address = peer
    for said in reversed(forwarded.split(",")):
        named = _read(said)
        if named is None or not is_trusted(address):
            break
        address = str(named)
    return address


def is_trusted(address: str) -> bool:
    known = _read(address)
    return known is not None and any(known in network for network in settings.TRUSTED_PROXIES)


def _read(said: str) -> Address | None:
    """Return an address, which some proxies write with its port; None if it is none."""
    said = said.strip()
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        known = ip_address(said)
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known
