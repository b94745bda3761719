"""The tree against the definitions of RFC 9162, written down as they stand there, slow and plain."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from audit.tree import Edge, consistency, inclusion, is_consistent, is_included, leaf_of

MOST = 300


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(entries: list[bytes]) -> bytes:
    """Section 2.1.1."""
    if not entries:
        return sha(b"")
    if len(entries) == 1:
        return sha(b"\x00" + entries[0])
    k = largest_power_below(len(entries))
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], is_whole: bool) -> list[bytes]:
    """Section 2.1.4.1."""
    n = len(entries)
    if m == n:
        return [] if is_whole else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], is_whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def entries_of(size: int) -> list[bytes]:
    return [f"entry {one}".encode() for one in range(size)]


def grown(entries: list[bytes]) -> Edge:
    edge = Edge()
    for entry in entries:
        list(edge.add(leaf_of(entry)))
        edge = Edge.read(edge.size, edge.kept())
    return edge


def over(entries: list[bytes]):
    return lambda first, end: mth(entries[first:end])


@given(st.integers(0, MOST))
def test_a_tree_that_grows_has_the_root_of_the_whole(size):
    assert grown(entries_of(size)).root() == mth(entries_of(size))


def test_every_full_subtree_is_told_when_it_is_complete():
    entries, edge, told = entries_of(64), Edge(), {}
    for entry in entries:
        told |= {(node.level, node.place): node.hash for node in edge.add(leaf_of(entry))}

    assert told == {
        (level, place): mth(entries[place << level : (place + 1) << level])
        for level in range(1, 7)
        for place in range(64 >> level)
    }


@given(st.data())
def test_an_entry_is_shown_to_be_in_the_tree_and_no_other(data):
    size = data.draw(st.integers(1, MOST))
    place = data.draw(st.integers(0, size - 1))
    entries = entries_of(size)
    proof, root = inclusion(place, size, over(entries)), mth(entries)

    assert proof == path(place, entries)
    assert is_included(leaf_of(entries[place]), place, size, proof, root)
    assert not is_included(leaf_of(b"another"), place, size, proof, root)
    assert not is_included(leaf_of(entries[place]), place, size, [*proof, root], root)
    if size > 1:
        other = (place + 1) % size
        assert not is_included(leaf_of(entries[place]), other, size, proof, root)
        assert not is_included(leaf_of(entries[place]), place, size, proof[:-1], root)


@given(st.data())
def test_an_older_tree_is_shown_to_be_the_beginning_of_a_newer_one(data):
    new = data.draw(st.integers(1, MOST))
    old = data.draw(st.integers(1, new))
    entries = entries_of(new)
    proof = consistency(old, new, over(entries))
    roots = mth(entries[:old]), mth(entries)

    assert proof == subproof(old, entries, True)
    assert is_consistent(old, roots[0], new, roots[1], proof)


@given(st.data())
def test_a_tree_that_was_changed_before_an_older_one_ends_is_not_shown_to_continue_it(data):
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    entries = entries_of(new)
    held = mth(entries[:old])
    entries[changed] = b"something else"
    proof = consistency(old, new, over(entries))

    assert not is_consistent(old, held, new, mth(entries), proof)
    assert not is_consistent(old, held, new, mth(entries), subproof(old, entries_of(new), True))
