"""A chain as a file: one JSON object a line, which anybody can verify without us.

The first line says whose chain it is and what the lines hold; each following line is one entry:
``{"seq", "prev", "hash", "body"}``. ``hash`` is SHA-256 over ``prev`` (32 bytes), ``seq`` (8 bytes,
big-endian) and ``body`` (its UTF-8 bytes, exactly as given).

The first line also carries what was signed of these entries: ``checkpoints``, each a signed note, the ``keys``
to verify them with, and ``edge``, the subtrees that the entries before this file fall into. So the roots can be
drawn from the entries alone (``audit.tree``), and held against what one has kept from earlier.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from audit.models import START, Chain, Checkpoint, Entry, SigningKey
from audit.proofs import Proofs
from audit.verification import Broken, Head, Link, follow

FORMAT = "audit/1"
MOST = 10_000  # entries in one file; the next file begins where this one ends
CHECKPOINTS = 1000  # that go with them, the newest


def lines_of(chain: Chain, after: int = 0, limit: int = MOST) -> Iterator[str]:
    """Yield the lines of a bundle with the entries of ``chain`` that follow number ``after``.

    A chain that nothing was sealed into yet may be one that was never saved.
    """
    entries: list[Entry] = []
    if chain.pk is not None:
        entries = list(Entry.objects.filter(chain=chain, seq__gt=after).order_by("seq")[:limit])
    last = entries[-1] if entries else None
    signed = _signed(chain, after, last.seq) if last else []
    yield _line(
        {
            "format": FORMAT,
            "chain": {"kind": chain.kind, "id": str(chain.noun_id)},
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "after": {"seq": after, "hash": bytes(entries[0].prev if entries else START).hex()},
            "last": {"seq": last.seq, "hash": bytes(last.hash).hex()} if last else None,
            "chain_last_seq": chain.last_seq,
            "edge": [one.hex() for one in Proofs(chain).edge(after)]
            if last and after <= chain.tree_size
            else [],
            "checkpoints": [{"size": one.size, "note": one.note} for one in signed],
            "keys": [_key(one) for one in SigningKey.objects.order_by("created_at")],
            "organization_keys": _keys_under(signed),
        }
    )
    for entry in entries:
        body = bytes(entry.body).decode()
        yield _line(
            {"seq": entry.seq, "prev": bytes(entry.prev).hex(), "hash": bytes(entry.hash).hex(), "body": body}
        )


def _signed(chain: Chain, after: int, last: int) -> list[Checkpoint]:
    """Return the newest checkpoints that end within these entries, in their order."""
    within = Checkpoint.objects.of(chain.kind, chain.noun_id).filter(size__gt=after, size__lte=last)
    return list(within.order_by("-pk")[:CHECKPOINTS])[::-1]


def _keys_under(signed: list[Checkpoint]) -> list[dict[str, Any]]:
    under = {one.key_id: one for each in signed for one in each.countersignatures.all()}
    return [
        {"org": {"id": str(one.org_id), "name": one.org_name}, "key": one.key.verifier}
        for one in under.values()
    ]


def _key(key: SigningKey) -> dict[str, Any]:
    endorsement = None if key.endorsement is None else b64encode(bytes(key.endorsement)).decode()
    retired_at = key.retired_at and key.retired_at.isoformat(timespec="seconds")
    return {"key": key.verifier, "retired_at": retired_at, "endorsement": endorsement}


def check(lines: Iterable[str]) -> tuple[str, int]:
    """Verify a bundle and return whose it is and how many entries hold.

    Raises:
        Broken: it names the first entry that does not hold; 0 is the opening line.
    """
    numbered = (line for line in lines if line.strip())
    opening = _read(next(numbered, ""), 0)
    try:
        whose = f"{opening['chain']['kind']} {opening['chain']['id']}"
        start = _head(opening["after"])
        last = start if opening["last"] is None else _head(opening["last"])
    except (KeyError, TypeError, ValueError):
        raise Broken(0, "unreadable") from None
    if start.seq == 0 and start != Head():
        raise Broken(1, "not_following")
    found = follow(_links(numbered, start.seq, opening["chain"]), start)
    if found.seq < last.seq:
        raise Broken(found.seq + 1, "tail_missing")
    if found != last:
        raise Broken(found.seq, "head_differs")
    return whose, found.seq - start.seq


def _head(said: dict[str, Any]) -> Head:
    if type(said["seq"]) is not int:
        raise TypeError
    return Head(said["seq"], bytes.fromhex(said["hash"]))


def _links(lines: Iterable[str], seq: int, chain: dict[str, str]) -> Iterator[Link]:
    for line in lines:
        seq += 1
        said = _read(line, seq)
        try:
            body = said["body"].encode()
            link = Link(said["seq"], bytes.fromhex(said["prev"]), bytes.fromhex(said["hash"]), body)
            is_ours = json.loads(body)["chain"] == chain
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Broken(seq, "unreadable") from None
        if not is_ours:
            raise Broken(seq, "shown_otherwise")
        yield link


def _read(line: str, seq: int) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        raise Broken(seq, "unreadable") from None
    if not isinstance(said, dict):
        raise Broken(seq, "unreadable")
    return said


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
