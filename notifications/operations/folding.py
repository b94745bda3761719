"""What is told again and again of one thing: one notice, as long as its reader has not read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from django.utils import timezone

from kernel.notices import Due
from notifications.models import Notice

Fold = tuple[UUID, str, str]  # whose, of which kind, of what


@dataclass
class Folds:
    """The newest unread notice of each fold, and those before it that it covers."""

    newest: dict[Fold, Notice] = field(default_factory=dict)
    covered: list[Notice] = field(default_factory=list)

    @classmethod
    def of(cls, owed: Iterable[tuple[Due, str]]) -> Self:
        """Find those that what is owed now, with its kind, may stand for. They are held: their reader may read them
        in this very moment."""
        wanted = {(due.user_id, kind, due.fold) for due, kind in owed if due.fold}
        if not wanted:
            return cls()
        readers, _kinds, folds = (set(some) for some in zip(*wanted, strict=True))
        rows = Notice.objects.uncovered().unread().filter(in_app=True, recipient__in=readers, fold__in=folds)
        found = rows.order_by("pk").select_for_update()
        return cls({(one.recipient_id, one.kind, one.fold): one for one in found})

    def add(self, notice: Notice) -> None:
        """Let a new notice stand for those of its fold, counted and with the way to the first of them."""
        fold = (notice.recipient_id, notice.kind, notice.fold)
        former = self.newest.get(fold)
        if former is not None:
            notice.count, notice.url = former.count + 1, former.url
            former.is_covered, former.read_at = True, timezone.now()
            self.covered.append(former)
        self.newest[fold] = notice

    def note(self, new: Sequence[Notice]) -> None:
        """Write down what was covered; what is new itself is written with the rest."""
        known = {one.pk for one in self.covered} - {one.pk for one in new}
        if known:
            Notice.objects.filter(pk__in=known).update(is_covered=True, read_at=timezone.now())
