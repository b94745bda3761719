"""Roots and proofs from what is kept of a tree: its tiles, and the entries of the last one."""

from audit import tree
from audit.models import Chain, Entry, Tile


class Proofs:
    """Proofs about one chain. Each root over full subtrees reads 128 rows at most, however long the chain is."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain

    def root(self, size: int) -> bytes:
        """Return the root over the first ``size`` entries, as the rows give it now."""
        return self._over(0, size) if size else tree.NOTHING

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """Return what shows that entry ``seq`` is among the first ``size``; 1 <= seq <= size."""
        return tree.inclusion(seq - 1, size, self._over)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return what shows that the first ``new`` entries begin with the first ``old``; 1 <= old <= new."""
        return tree.consistency(old, new, self._over)

    def edge(self, size: int) -> list[bytes]:
        """Return the roots of the full subtrees that the first ``size`` entries fall into."""
        return [self._full(level, place) for level, place in tree.falls_into(0, size)]

    def _over(self, first: int, end: int) -> bytes:
        return tree.fold([self._full(level, place) for level, place in tree.falls_into(first, end)])

    def _full(self, level: int, place: int) -> bytes:
        below = level - level % Tile.LEVELS
        first, count = place << level - below, 1 << level - below
        edge = tree.Edge()
        for one in self._tiles(below, first, count) if below else self._leaves(first, count):
            list(edge.add(one))
        return edge.root()

    def _tiles(self, level: int, first: int, count: int) -> list[bytes]:
        span = {"level": level, "place__gte": first, "place__lt": first + count}
        kept = Tile.objects.filter(chain=self.chain, **span).order_by("place")
        return [bytes(one) for one in kept.values_list("hash", flat=True)]

    def _leaves(self, first: int, count: int) -> list[bytes]:
        entries = Entry.objects.filter(chain=self.chain, seq__gt=first, seq__lte=first + count)
        return [entry.leaf for entry in entries.only("prev", "seq", "body").order_by("seq")]
