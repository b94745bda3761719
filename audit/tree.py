"""The Merkle tree over the entries of a chain, as RFC 9162 (2.1) draws it: pure functions over hashes.

A leaf is what an entry's own hash is made of. So a checkpoint of 32 bytes vouches for every entry, the
proof that one is in it takes a hash for each doubling of their number, and so does the proof that an older
checkpoint says the same of what it covers.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

WIDTH = 32  # bytes of a hash
NOTHING = hashlib.sha256(b"").digest()  # the root over no entry

Subtree = Callable[[int, int], bytes]  # (first, end) -> the root over these entries, counted from 0


@dataclass(frozen=True)
class Node:
    """The root over ``2 ** level`` entries, the ``place``-th of its kind, counted from 0."""

    level: int
    place: int
    hash: bytes


def leaf_of(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Edge:
    """The right edge of a growing tree: the roots of the full subtrees it falls into, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, kept: bytes) -> "Edge":
        return cls(size, [kept[at : at + WIDTH] for at in range(0, len(kept), WIDTH)])

    def kept(self) -> bytes:
        return b"".join(self.peaks)

    def add(self, leaf: bytes) -> Iterator[Node]:
        """Take one more leaf in, and yield the subtrees it completes above it; run it to the end."""
        place, level, grown = self.size, 0, leaf
        while place & 1:
            grown = node_of(self.peaks.pop(), grown)
            place, level = place >> 1, level + 1
            yield Node(level, place, grown)
        self.peaks.append(grown)
        self.size += 1

    def grow(self, leaf: bytes) -> None:
        """Take one more leaf in, for those who need the root alone."""
        place, grown = self.size, leaf
        while place & 1:
            grown, place = node_of(self.peaks.pop(), grown), place >> 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return NOTHING
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_of(peak, root)
        return root


def falls_into(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, place) of the full subtrees over the entries from ``first`` on, left to right.

    ``first`` is where a subtree of the tree begins, as it is in every proof.
    """
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def fold(roots: list[bytes]) -> bytes:
    return Edge(peaks=roots).root()


# ── Proofs ───────────────────────────────────────────────────────────────────
def inclusion(place: int, size: int, root_over: Subtree) -> list[bytes]:
    """Return what shows that entry ``place``, counted from 0, is in the tree of ``size`` entries, leaf upwards."""
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if place < middle:
            path.append(root_over(middle, end))
            end = middle
        else:
            path.append(root_over(first, middle))
            first = middle
    return path[::-1]


def consistency(old: int, new: int, root_over: Subtree) -> list[bytes]:
    """Return what shows that the tree of ``new`` entries begins with that of ``old``; 0 < old <= new."""
    path, first, end, is_whole = [], 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(root_over(middle, end))
            end = middle
        else:
            path.append(root_over(first, middle))
            first, is_whole = middle, False
    if not is_whole:
        path.append(root_over(first, end))
    return path[::-1]


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def is_included(leaf: bytes, place: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    place, last, found = place, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_of(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_of(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """Tell whether ``proof`` shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return False
    proof = proof if old & (old - 1) else [old_root, *proof]
    if not proof:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = proof[0]
    for one in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_of(one, before), node_of(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_of(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
