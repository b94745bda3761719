"""A chain as a file: one JSON object a line, which anybody can verify without us.

The first line says whose chain it is and what the lines hold; each following line is one entry:
``{"seq", "prev", "hash", "body", "opened"}``. ``hash`` is SHA-256 over ``prev`` (32 bytes), ``seq`` (8 bytes,
big-endian) and ``body`` (its UTF-8 bytes, exactly as given).

What an entry says about people stands in ``opened``: ``{field: {"salt", "value"}}``. Its ``body`` holds of each a
commitment under ``personal``, SHA-256 over the salt and ``["field",value]`` as JSON without blanks, and whom it is
``of``. Where somebody has left for good nothing opens it any more; the record tells so in an entry of its own
(``audit.person_forgotten``), and ``erasures`` in the first line holds those entries that stand outside of this file.

The first line also carries what was signed of these entries: ``checkpoints``, each a signed note, the ``keys``
to verify them with, and ``edge``, the subtrees that the entries before this file fall into. So the roots can be
drawn from the entries alone (``audit.tree``), and held against what one has kept from earlier.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from audit.events import PersonForgotten
from audit.links import Link
from audit.models import START, Chain, Checkpoint, Entry, SigningKey, hash_of, read_words
from audit.proofs import Proofs
from audit.verification import Broken, Head, follow

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
            "erasures": [_entry(one) for one in _erasures(chain, after, last.seq)] if last else [],
            "keys": [_key(one) for one in SigningKey.objects.order_by("created_at")],
            "organization_keys": _keys_under(signed),
        }
    )
    for entry in entries:
        opened = {field: {"salt": salt.hex(), "value": value} for field, salt, value in entry.opened}
        yield _line(_entry(entry) | ({"opened": opened} if opened else {}))


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "prev": bytes(entry.prev).hex(),
        "hash": bytes(entry.hash).hex(),
        "body": bytes(entry.body).decode(),
    }


def _erasures(chain: Chain, after: int, last: int) -> Iterable[Entry]:
    """Return the entries outside of a file by which the chain tells whom it has forgotten."""
    outside = Q(seq__lte=after) | Q(seq__gt=last)
    return Entry.objects.filter(outside, chain=chain, name=PersonForgotten.name).order_by("seq")


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


def check(lines: Iterable[str]) -> tuple[str, int, int]:
    """Verify a bundle and return whose it is, how many entries hold, and how many values in them were erased.

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
    if found.gone.untold:
        for words in _told(opening, start.seq, found.seq):
            found.gone.hear(words)
    found.gone.check()
    if found.seq < last.seq:
        raise Broken(found.seq + 1, "tail_missing")
    if found != last:
        raise Broken(found.seq, "head_differs")
    return whose, found.seq - start.seq, found.gone.count


def _told(opening: dict[str, Any], first: int, last: int) -> Iterator[dict[str, Any]]:
    """Yield the words of erasures that stand in the record before these entries or behind them."""
    try:
        for one in opening.get("erasures", []):
            body, seq = one["body"].encode(), one["seq"]
            digest, words = hash_of(bytes.fromhex(one["prev"]), seq, body).hex(), read_words(body)
            if digest == one["hash"] and words["chain"] == opening["chain"] and not first < seq <= last:
                yield words
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Broken(0, "unreadable") from None


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
            opened = tuple(
                (field, bytes.fromhex(one["salt"]), one["value"])
                for field, one in said.get("opened", {}).items()
            )
            hashes = bytes.fromhex(said["prev"]), bytes.fromhex(said["hash"])
            words = read_words(body)
            link = Link(said["seq"], *hashes, body, opened=opened, words=words)
            is_ours = words["chain"] == chain
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Broken(seq, "unreadable") from None
        if not is_ours:
            raise Broken(seq, "shown_otherwise")
        yield link


def _read(line: str, seq: int) -> dict[str, Any]:
    try:
        said = read_words(line.encode())
    except ValueError:
        raise Broken(seq, "unreadable") from None
    if not isinstance(said, dict):
        raise Broken(seq, "unreadable")
    return said


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
