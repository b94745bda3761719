"""A thing looked up by its key: prepared once, and never another answer than ``visible_to`` gives."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from chat.models import Channel, Message
from kernel.acting import acting
from kernel.errors import DomainError
from kernel.finding import find, known, lasting
from kernel.nouns import Nouns, uuid7
from orgs.models import Membership, Partnership
from workspaces.models import Workspace

NOUNS = [  # with an answer of their own to who may see them
    one
    for one in apps.get_models()
    if isinstance(rows := one._default_manager.all(), Nouns) and type(rows).visible_to is not Nouns.visible_to
]
WHO = ("nora", "sol", "gale", "eve")


def answer(asked):
    try:
        return asked()
    except DomainError as error:
        return type(error)


def composed(actor, noun, pk):
    """Ask as for a queryset that chooses among its rows, which is never prepared."""
    return find(actor, noun._default_manager.filter(pk__isnull=False), pk)


@pytest.mark.parametrize("bound", [False, True])
@pytest.mark.parametrize("who", WHO)
def test_it_answers_as_visible_to_does_for_every_noun(who, bound, cast):
    actor, seen, unseen = cast.actor(who), 0, 0
    actor = replace(actor, org=actor.org or cast.northwind, bound=bound)
    for noun in NOUNS:
        rows = noun._default_manager.order_by("pk")
        keys = {one.pk for one in (rows.first(), rows.last()) if one}
        for key in (*keys, uuid7()):
            with acting(actor):
                found = answer(lambda noun=noun, key=key: find(actor, noun, key))
                expected = answer(lambda noun=noun, key=key: composed(actor, noun, key))
            assert found == expected, (noun._meta.label, key)
            seen += key in keys and not isinstance(found, type)
            unseen += key in keys and isinstance(found, type)
    assert min(seen, unseen) > 3, "premise: some is theirs to know, and some is not"


def test_a_key_bound_to_one_organization_opens_no_other(cast):
    """It knows less than the person does, so it is never answered with the person's question."""
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    Membership.objects.create(organization=cast.eastgate, user=cast.nora.user)
    with acting(cast.nora):
        assert find(cast.nora, Partnership, partnership.pk) == partnership
    at_home, elsewhere = (replace(cast.nora, org=org, bound=True) for org in (cast.northwind, cast.eastgate))

    with acting(at_home):
        assert find(at_home, Partnership, partnership.pk) == partnership
    with acting(elsewhere), pytest.raises(DomainError):
        find(elsewhere, Partnership, partnership.pk)


def test_whoever_stands_outside_meanwhile_is_told_so(cast):
    """What was prepared while somebody could see it is asked anew."""
    with acting(cast.sol):
        assert find(cast.sol, Workspace, cast.apollo.pk) == cast.apollo
    cast.southbay.state = "suspended"
    cast.southbay.save()

    with acting(cast.sol), pytest.raises(DomainError):
        find(cast.sol, Workspace, cast.apollo.pk)


def asked_for(actor, noun, pk):
    """Return what the database is asked the second time, and what was found."""
    with acting(actor):
        find(actor, noun, pk)
        with CaptureQueriesContext(connection) as asked:
            found = find(actor, noun, pk)
            joined = [getattr(found, name) for name in found._state.fields_cache]
    assert all(joined), "what hangs on it came along"
    return [one["sql"].split("(")[0].rpartition("; ")[2].split("_")[0] for one in asked], found


@pytest.mark.parametrize("bound", [False, True])
@pytest.mark.parametrize("rows", [Workspace, Workspace.objects.select_related("host")])
def test_it_is_one_query_and_composed_no_more(rows, bound, cast):
    asked, found = asked_for(replace(cast.nora, bound=bound), rows, cast.apollo.pk)

    assert asked == ["EXECUTE prepared"]
    assert found == cast.apollo
    assert ("host" in found._state.fields_cache) == (rows is not Workspace)


def test_what_a_door_keeps_for_good_may_count_too(cast):
    rows = lasting(Workspace.objects.select_related("host").annotate(seats=Count("members")))
    asked, found = asked_for(cast.nora, rows, cast.apollo.pk)

    assert asked == ["EXECUTE prepared"]
    assert found.seats == cast.apollo.members.count() > 0


@pytest.mark.parametrize("bound", [False, True])
def test_neither_is_what_the_database_alone_draws(bound, cast):
    asked, found = asked_for(
        replace(cast.nora, bound=bound), Channel.objects.select_related("workspace__host"), cast.general.pk
    )

    assert asked == ["EXECUTE prepared"]
    assert found.workspace.host == cast.northwind


def test_what_is_fetched_beside_it_comes_along(cast):
    rows = Workspace.objects.select_related("host").prefetch_related("members__user")
    asked, found = asked_for(cast.nora, rows, cast.apollo.pk)

    assert asked[0] == "EXECUTE prepared"
    assert {one.user for one in found.members.all()} >= {cast.nora.user, cast.sol.user}


@pytest.mark.parametrize(
    "rows",
    [
        Workspace.objects.exclude(name=""),
        Workspace.objects.filter(host__slug="northwind"),
        Workspace.objects.annotate(more=Count("members")),
        Workspace.objects.order_by("name"),
        Workspace.objects.only("name"),
    ],
)
def test_what_chooses_orders_or_counts_is_composed_anew(rows, cast):
    with acting(cast.nora), CaptureQueriesContext(connection) as asked:
        known(cast.nora, rows, cast.apollo.pk)

    assert not [one for one in asked if "EXECUTE prepared" in one["sql"]]


def test_what_the_database_alone_draws_is_found_as_well(cast):
    """Messages are drawn by functions of the database: nothing of the person stands in the question."""
    message = Message.objects.filter(channel=cast.general).first()
    with acting(cast.nora):
        assert find(cast.nora, Message, message.pk) == message
    with acting(cast.eve), pytest.raises(DomainError):
        find(cast.eve, Message, message.pk)
