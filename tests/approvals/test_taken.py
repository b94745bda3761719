"""The request that a command has taken is known by its key until the transaction ends: to who took it, and to nobody else."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.engine import Case
from approvals.models import Assignment, Instance, Party, Run
from kernel.acting import acting
from kernel.errors import NotVisible
from tests.approvals.conftest import purchase, yes

ALL = (Run, Assignment, Party)


def seen(instance):
    """Return which tables show something of it: row-level security alone, no filter of ours."""
    own = [Instance] if Instance.objects.filter(pk=instance.pk).exists() else []
    return {*own, *(model for model in ALL if model.objects.filter(instance=instance).exists())}


def looks_at_viewers(instance):
    question, values = Run.objects.filter(instance=instance).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT json) " + question, values)
        (plan,) = cursor.fetchone()
    found = nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return sum(one["Actual Loops"] for one in found if one.get("Relation Name") == "approvals_viewer")


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def test_who_may_know_of_it_is_not_asked_again(cast, running):
    with acting(cast.nora), transaction.atomic():
        assert looks_at_viewers(running), "premise: it is asked of who has taken nothing"
        Case.locked(running.pk, cast.nora)
        assert not looks_at_viewers(running)


def test_whoever_acts_next_in_the_transaction_has_taken_nothing(cast, running):
    with acting(cast.nora), transaction.atomic():
        Case.locked(running.pk, cast.nora)
        assert seen(running) == {Instance, *ALL}
        with acting(cast.otto):
            assert seen(running) == set()
        assert seen(running) == {Instance, *ALL}


def test_what_one_may_not_know_of_cannot_be_taken(cast, running):
    with acting(cast.otto), transaction.atomic():
        with pytest.raises(NotVisible):
            Case.locked(running.pk, cast.otto)
        assert seen(running) == set()


def test_it_opens_no_other_request(cast, running):
    other = purchase(cast)
    yes(cast.nora, running)
    yes(cast.nora, running)
    with acting(cast.sol), transaction.atomic():
        Case.locked(running.pk, cast.sol)
        assert seen(running) == {Instance, *ALL}
        assert seen(other) == set(), "its turn has not come there"


def test_it_is_let_go_with_the_transaction(cast, running):
    with acting(cast.nora):
        with transaction.atomic():
            Case.locked(running.pk, cast.nora)
            assert not looks_at_viewers(running)
            transaction.set_rollback(True)
        assert looks_at_viewers(running)


def test_nobody_speaks_in_anothers_slot(cast, running):
    slot = running.assignments.get()
    assert slot.principal_id == cast.nora.user_id, "premise: it is hers"
    with acting(cast.nils), transaction.atomic():
        Case.locked(running.pk, cast.nils)
        with pytest.raises(DatabaseError), transaction.atomic():
            Assignment.objects.filter(pk=slot.pk).update(state="APPROVED", actor_id=cast.nils.user_id)
        with pytest.raises(DatabaseError), transaction.atomic():
            Assignment.objects.filter(pk=slot.pk).update(
                state="APPROVED", actor_id=cast.nora.user_id, principal_id=cast.nils.user_id
            )
