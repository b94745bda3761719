"""The verb: keywords, one transaction, one correlation, and whose name the database hears."""

from contextvars import Context

import pytest
from django.db import connection, transaction

from kernel.acting import NobodyActs, acting, current_actor, somebody_acts
from kernel.actor import Actor
from kernel.operations import VERBS, correlation_id, operation
from orgs.models import Department
from orgs.operations import create_department


class Refused(Exception):
    pass


@operation
def note(*, actor, then=lambda: None):
    """Say what a verb sees while it runs."""
    return current_actor(), correlation_id(), connection.savepoint_ids[:], then()


@operation
def name_and_fail(*, actor, organization, name):
    create_department(actor=actor, organization=organization, name=name)
    raise Refused


@operation
def name_two(*, actor, organization):
    create_department(actor=actor, organization=organization, name="stays")
    try:
        name_and_fail(actor=actor, organization=organization, name="goes")
    except Refused:
        return Department.objects.filter(name__in=("stays", "goes"))


def test_it_takes_keywords_only_and_an_actor_among_them():
    for wrong in (lambda: note(Actor.nobody("t")), lambda: note(), lambda: note(actor="nora")):
        with pytest.raises(TypeError, match="note takes keywords only"):
            wrong()


def test_it_is_listed_among_the_verbs():
    assert VERBS[f"{__name__}.note"] is note
    assert "orgs.operations.partnerships.propose_partnership" in VERBS


def test_the_outermost_says_who_acts_and_those_inside_keep_to_it(cast):
    seen, _, _, inside = note(actor=cast.nora, then=lambda: note(actor=Actor.system("wiring")))

    assert seen == cast.nora
    assert inside[0] == cast.nora, "a reaction sees no more than the act that it answers"


def test_all_that_happens_inside_shares_one_correlation(cast):
    _, outer, _, inside = note(actor=cast.nora, then=lambda: note(actor=cast.nora))
    _, another, _, _ = note(actor=cast.nora)

    assert outer == inside[1]
    assert outer != another
    assert correlation_id() is None


def test_one_inside_another_is_a_savepoint(cast):
    _, _, outer, inside = note(actor=cast.nora, then=lambda: note(actor=cast.nora))

    assert len(inside[2]) == len(outer) + 1


def test_what_fails_leaves_nothing_behind(cast):
    with pytest.raises(Refused):
        name_and_fail(actor=cast.nora, organization=cast.northwind, name="goes")

    assert not Department.objects.filter(name="goes").exists()
    assert correlation_id() is None


def test_what_fails_inside_leaves_what_was_done_before_it(cast):
    kept = name_two(actor=cast.nora, organization=cast.northwind)

    assert [one.name for one in kept] == ["stays"]


def test_a_caller_that_goes_on_after_a_failure_has_its_own_name_back(cast):
    with acting(cast.otto):
        with pytest.raises(Refused), transaction.atomic():
            name_and_fail(actor=cast.nora, organization=cast.northwind, name="goes")
        assert current_actor() == cast.otto


def test_outside_of_everything_nobody_acts():
    def ask():
        assert not somebody_acts()
        with pytest.raises(NobodyActs, match="open `with acting"):
            current_actor()

    Context().run(ask)
