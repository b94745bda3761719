"""What every noun has: a UUIDv7 key, the day it was made, and a way in by who may see it."""

from collections.abc import Callable
from functools import cache
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from kernel.actor import Actor
from kernel.errors import DomainError

__all__ = ["Base", "Nouns", "uuid7"]


class Nouns(models.QuerySet):
    """The way in: each noun says in ``visible_to`` who may know that a row exists."""

    def visible_to(self, actor: Actor) -> Self:
        raise NotImplementedError(f"{self.model.__name__} is closed until its queryset says who may see it")

    def each_visible_to(self, actor: Actor) -> Self:
        """The same line for rows that the question names by their keys. A noun of which somebody may see very many says
        it here in a way that asks of each row, and not first for all of them."""
        return self.visible_to(actor)

    def closed_to(self, actor: Actor, pk: UUID) -> DomainError | None:
        """Return the refusal for a row that is hidden, but may be known of: a ceiling is down, say. Most have none."""
        return None

    def locked(self, pk: UUID) -> Any:
        """Return the row as it is now, held until the transaction ends.

        Its key is not held: whoever writes a row that points here need not wait, and so nobody waits in a circle.
        """
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


@cache
def _blank(model: type[models.Model]) -> dict[str, Callable[[], Any]]:
    return {one.attname: one.get_default for one in model._meta.concrete_fields}


class Base(models.Model):
    # Made here, not by the database: a row under row-level security must be known before it is inserted.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = Nouns.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def made(cls, **said: Any) -> Self:
        """Return a new row by the names of its columns, as the constructor does, which takes three times as long."""
        blank = _blank(cls)
        if unknown := said.keys() - blank.keys():
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        return cls(*[said[name] if name in said else default() for name, default in blank.items()])

    def fresh(self) -> Self:
        """Return the row as it stands in the database now."""
        return type(self)._default_manager.get(pk=self.pk)  # type: ignore[return-value]
