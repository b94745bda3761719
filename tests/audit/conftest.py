"""Facts of a company that exists only in its record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from audit.events import RecordRead
from audit.models import Chain, Entry, Outbox
from audit.operations import seal_some
from kernel.acting import acting
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation

SEALER = Actor.system("tests.sealer")


@operation
def leave(*, actor: Actor, event: RecordRead) -> None:
    emit(event)


@dataclass
class Company:
    """Somebody acts for it; what they do enters its chain."""

    pk: UUID = field(default_factory=uuid4)
    name: str = "Northwind 北风电子"
    user: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(pk=uuid4(), name="Nora"))

    @property
    def actor(self) -> Actor:
        return Actor.person(self.user, SimpleNamespace(pk=self.pk, name=self.name))

    @property
    def chain(self) -> Chain:
        return Chain.objects.get(kind="org", noun_id=self.pk)

    def does(self, times: int = 1, **facts: object) -> None:
        for _ in range(times):
            event = RecordRead(actor=self.actor, kind="org", noun_id=self.pk, noun_name=self.name, **facts)
            leave(actor=self.actor, event=event)

    def entries(self) -> list[Entry]:
        return list(Entry.objects.filter(chain__kind="org", chain__noun_id=self.pk).order_by("seq"))


@pytest.fixture
def company(db) -> Company:
    with acting(SEALER):
        Outbox.objects.all().delete()  # what the cast did is not counted here
        yield Company()


@pytest.fixture
def sealer() -> Actor:
    return SEALER


@pytest.fixture
def seal_altered() -> Callable:
    """Put a chain of five into the database as somebody with the owner's rights might have left it."""

    def seal(company: Company, alter: Callable[[Chain, list[Entry]], list[Entry]]) -> Chain:
        company.does(5)
        seal_some(actor=SEALER)
        assert len(company.entries()) == 5, "premise: five are sealed"
        other = Chain.objects.create(kind="org", noun_id=uuid4())
        left = alter(other, [other.append(_again(entry)) for entry in company.entries()])
        Entry.objects.bulk_create(left)
        other.save()
        return other

    return seal


def _again(entry: Entry) -> SimpleNamespace:
    return SimpleNamespace(id=entry.event_id, kept=entry.kept)
