"""Whether a chain is what it was: pure functions over its links, the same for rows and bundles."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.events import PersonForgotten
from audit.links import Link, links_of, rows_of
from audit.models import START, Chain, Checkpoint, Entry, hashed, read_words
from audit.models.personal import commitment
from audit.tree import Edge, leaf_of


@dataclass(frozen=True)
class Head:
    """Where a walk has come to; ``gone`` is what was missing on it about people, by whom it was."""

    seq: int = 0
    hash: bytes = START
    gone: "Gone" = field(default_factory=lambda: Gone(), compare=False, repr=False)


class Gone:
    """Values that are not there any more, held against what a chain tells of whom it has forgotten."""

    def __init__(self) -> None:
        self.count = 0
        self._first: dict[str | None, int] = {}  # of each person, the first entry that misses something
        self._told: set[str] = set()

    def miss(self, seq: int, whose: str | None) -> None:
        self.count += 1
        self._first.setdefault(whose, seq)

    def hear(self, words: dict[str, Any]) -> None:
        if words.get("action") == PersonForgotten.name:
            self._told.update(words["payload"]["people"])

    @property
    def untold(self) -> bool:
        return bool(self._first.keys() - self._told)

    def check(self) -> None:
        """Raises: Broken, with the first entry that misses what the chain does not tell of."""
        if self.untold:
            raise Broken(min(self._first[one] for one in self._first.keys() - self._told), "gone")


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
    "named_otherwise": _("a name or an address shown with it is not the one that was sealed"),
    "gone": _("a name or an address is gone, and the chain tells of no erasure"),
    "tail_missing": _("the end of the chain is missing"),
    "head_differs": _("the chain ends otherwise than its head says"),
    "signed_otherwise": _("from here on it is not what was signed"),
    "unreadable": _("it cannot be read"),
}


def follow(
    links: Iterable[Link], head: Head | None = None, watch: Callable[[int, bytes], None] | None = None
) -> Head:
    """Walk along ``links`` from ``head`` (the beginning, if none) and return where they end.

    Args:
        watch: is told of each link that holds: its number, and the bytes that its hash and its leaf are made of.

    Raises:
        Broken: at the first link that is missing, out of place or altered.
    """
    head = head or Head()
    seq, before, gone = head.seq, head.hash, head.gone
    for link in links:
        if link.seq != seq + 1:
            raise Broken(seq + 1, "missing")
        if link.prev != before:
            raise Broken(link.seq, "not_following")
        entry = hashed(before, link.seq, link.body)
        if hashlib.sha256(entry).digest() != link.hash:
            raise Broken(link.seq, "changed")
        _check_words(link, gone)
        seq, before = link.seq, link.hash
        if watch is not None:
            watch(seq, entry)
    return Head(seq, before, gone)


def _check_words(link: Link, gone: Gone) -> None:
    try:
        words = link.words or read_words(link.body)
        _check_people(link, words.pop("personal", {}), gone)
        gone.hear(words)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Broken(link.seq, "unreadable") from None
    if link.says is not None and words != link.says:
        raise Broken(link.seq, "shown_otherwise")


def _check_people(link: Link, sealed: dict[str, Any], gone: Gone) -> None:
    """Hold what is shown about people against what was sealed, and note what is not there."""
    for name, salt, value in link.opened:
        if name not in sealed or sealed.pop(name)["sha256"] != commitment(salt, name, value):
            raise Broken(link.seq, "named_otherwise")
    for one in sealed.values():
        gone.miss(link.seq, one["of"])


def examine(chain: Chain, since: Head | None = None) -> Head:
    """Walk the rows of ``chain`` after ``since`` and return where they end.

    Entries may be sealed meanwhile, so the head is read before and after: the rows reach at least as
    far as the first reading, and no further than the second.

    Raises:
        Broken: it names the first entry that is missing, out of place or altered.
    """
    signed = Signed(chain) if since is None else None
    since = since or Head()
    before = head_of(chain)
    with rows_of(chain, since.seq) as rows:
        found = follow(links_of(rows), since, signed.watch if signed else None)
    if signed:
        signed.end(found.seq)
    if found.gone.untold:  # an erasure may be told of before this walk
        for words in tellings(chain):
            found.gone.hear(words)
    found.gone.check()
    after = head_of(chain)
    if found.seq < before.seq:
        raise Broken(found.seq + 1, "tail_missing")
    if found.seq > after.seq or (found.seq == after.seq and found.hash != after.hash):
        raise Broken(found.seq, "head_differs")
    return found


class Signed:
    """What was signed of a chain, held against the tree over its entries while somebody walks along them."""

    def __init__(self, chain: Chain) -> None:
        standing = Checkpoint.objects.standing().filter(chain=chain)
        self.roots = {one.size: bytes(one.root) for one in standing}
        self.edge, self.sound, self.last = Edge(), 0, max(self.roots, default=0)

    def watch(self, seq: int, entry: bytes) -> None:
        """Raises: Broken, with the first entry behind the last checkpoint that fits."""
        if seq > self.last:
            return  # nobody has signed anything of it
        self.edge.grow(leaf_of(entry))
        if seq in self.roots:
            if self.roots[seq] != self.edge.root():
                raise Broken(self.sound + 1, "signed_otherwise")
            self.sound = seq

    def end(self, seq: int) -> None:
        """Raises: Broken, where the end that was signed is missing."""
        if self.last > seq:
            raise Broken(seq + 1, "tail_missing")


def head_of(chain: Chain) -> Head:
    seq, head_hash = Chain.objects.values_list("last_seq", "head_hash").get(pk=chain.pk)
    return Head(seq, bytes(head_hash))


def tellings(chain: Chain) -> Iterator[dict[str, Any]]:
    """Yield the words of the entries by which a chain tells whom it has forgotten."""
    for entry in Entry.objects.filter(chain=chain, name=PersonForgotten.name).order_by("seq").only("body"):
        yield read_words(bytes(entry.body))
