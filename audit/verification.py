"""Whether a chain is what it was: pure functions over its links, the same for rows and bundles."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.models import START, Chain, Checkpoint, Entry, hash_of, hashed
from audit.tree import Edge, leaf_of

PIECE = 2000


@dataclass(frozen=True)
class Link:
    """One entry as it must be checked; ``says`` is what is shown of it, where that is kept apart."""

    seq: int
    prev: bytes
    hash: bytes
    body: bytes
    says: dict[str, Any] | None = None


@dataclass(frozen=True)
class Head:
    seq: int = 0
    hash: bytes = START


class Broken(Exception):
    """The first entry that is not as it was left. ``flaw`` is one of the words in ``FLAWS``."""

    def __init__(self, seq: int, flaw: str) -> None:
        super().__init__(f"entry {seq}: {flaw}")
        self.seq = seq
        self.flaw = flaw


FLAWS = {
    "missing": _("it is missing"),
    "not_following": _("it does not follow the entry before it"),
    "changed": _("its hash does not match its words"),
    "shown_otherwise": _("what is shown differs from what was sealed"),
    "tail_missing": _("the end of the chain is missing"),
    "head_differs": _("the chain ends otherwise than its head says"),
    "signed_otherwise": _("from here on it is not what was signed"),
    "unreadable": _("it cannot be read"),
}


def follow(links: Iterable[Link], head: Head | None = None) -> Head:
    """Walk along ``links`` from ``head`` (the beginning, if none) and return where they end.

    Raises:
        Broken: at the first link that is missing, out of place or altered.
    """
    head = head or Head()
    for link in links:
        _check(link, head)
        head = Head(link.seq, bytes(link.hash))
    return head


def _check(link: Link, head: Head) -> None:
    if link.seq != head.seq + 1:
        raise Broken(head.seq + 1, "missing")
    if bytes(link.prev) != head.hash:
        raise Broken(link.seq, "not_following")
    if hash_of(link.prev, link.seq, bytes(link.body)) != bytes(link.hash):
        raise Broken(link.seq, "changed")
    if link.says is not None and json.loads(bytes(link.body)) != link.says:
        raise Broken(link.seq, "shown_otherwise")


def examine(chain: Chain, since: Head | None = None) -> Head:
    """Walk the rows of ``chain`` after ``since`` and return where they end.

    Entries may be sealed meanwhile, so the head is read before and after: the rows reach at least as
    far as the first reading, and no further than the second.

    Raises:
        Broken: it names the first entry that is missing, out of place or altered.
    """
    links = links_of(chain, since.seq) if since else held_to_checkpoints(chain)
    since = since or Head()
    before = head_of(chain)
    found = follow(links, since)
    after = head_of(chain)
    if found.seq < before.seq:
        raise Broken(found.seq + 1, "tail_missing")
    if found.seq > after.seq or (found.seq == after.seq and found.hash != after.hash):
        raise Broken(found.seq, "head_differs")
    return found


def held_to_checkpoints(chain: Chain) -> Iterator[Link]:
    """Yield all rows of a chain, and hold the tree over them against what was signed of it on the way.

    Raises:
        Broken: it names the first entry behind the last checkpoint that fits; the end that was signed is missing.
    """
    signed = {one.size: bytes(one.root) for one in Checkpoint.objects.standing().filter(chain=chain)}
    edge, sound = Edge(), 0
    for link in links_of(chain):
        yield link
        list(edge.add(leaf_of(hashed(bytes(link.prev), link.seq, bytes(link.body)))))
        if link.seq in signed:
            if signed[link.seq] != edge.root():
                raise Broken(sound + 1, "signed_otherwise")
            sound = link.seq
    if any(size > edge.size for size in signed):
        raise Broken(edge.size + 1, "tail_missing")


def head_of(chain: Chain) -> Head:
    seq, head_hash = Chain.objects.values_list("last_seq", "head_hash").get(pk=chain.pk)
    return Head(seq, bytes(head_hash))


def links_of(chain: Chain, after: int = 0) -> Iterator[Link]:
    """Yield the rows of a chain in order, a piece at a time."""
    while True:
        piece = list(Entry.objects.filter(chain=chain, seq__gt=after).order_by("seq")[:PIECE])
        for entry in piece:
            entry.chain = chain
            yield Link(entry.seq, bytes(entry.prev), bytes(entry.hash), bytes(entry.body), entry.said())
        if len(piece) < PIECE:
            return
        after = piece[-1].seq
