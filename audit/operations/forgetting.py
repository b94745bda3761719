"""Forgetting people: the chains tell that it is done, then what they hold about them is erased. The chains still hold."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import connections

from audit.events import PersonForgotten
from audit.models import Chain, Entry, Erasure, FirstView, RecordView
from audit.operations.sealing import take_turn
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

ERASE = "SELECT priv.erase_from_record(%s, %s::uuid[])"


@operation
def forget_people(*, actor: Actor, people: Collection[UUID]) -> int:
    """Have the record forget people, and return how many chains tell of it; asked twice, it is told once.

    What is sealed from here on says nothing about them any more. What was sealed is erased once each chain that names
    them has told so (``erase_forgotten``): each tells of those alone whom it names.

    Args:
        people: ids of persons, and of contacts and invitations that were theirs.

    Emits: PersonForgotten, in each of these chains.
    """
    require(actor, "audit.forget")
    take_turn()  # whoever seals has finished, or will see whom to forget
    known = Erasure.objects.filter(person_id__in=people).values_list("person_id", flat=True)
    fresh = set(people) - set(known)
    Erasure.objects.bulk_create([Erasure(person_id=one) for one in sorted(fresh)])
    RecordView.objects.filter(
        owner_id__in=people, org_id=None
    ).delete()  # what they share stays with the others
    FirstView.objects.filter(owner_id__in=people).delete()
    chains = _chains_naming(fresh)
    for chain, named in chains.items():
        emit(PersonForgotten.of(chain, actor, tuple(sorted(named))))
    return len(chains)


def _chains_naming(people: Collection[UUID]) -> dict[Chain, set[UUID]]:
    found: dict[Chain, set[UUID]] = defaultdict(set)
    for person in sorted(people):
        acted = Chain.objects.acted_in_by(person)
        named = Chain.objects.filter(pk__in=Entry.objects.filter(names__contains=[person]).values("chain"))
        for chain in {*acted, *named}:
            found[chain].add(person)
    return found


@operation
def erase_forgotten(*, actor: Actor, kind: str, noun_id: UUID, people: Collection[UUID]) -> int:
    """Erase what one chain holds about people of whom it tells that they are forgotten; return of how many entries."""
    require(actor, "audit.forget")
    chain = Chain.objects.get(kind=kind, noun_id=noun_id)
    with connections[database()].cursor() as cursor:
        cursor.execute(ERASE, [chain.pk, list(people)])
        return cursor.fetchone()[0]
