"""A thing looked up by its key: prepared once, and never another answer than ``visible_to`` gives."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Message
from kernel.acting import acting
from kernel.errors import DomainError
from kernel.finding import find
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
    """Ask as for a queryset, which is never prepared."""
    return find(actor, noun._default_manager.all(), pk)


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


@pytest.mark.parametrize("bound", [False, True])
def test_it_is_one_query_and_composed_no_more(bound, cast):
    nora = replace(cast.nora, bound=bound)
    with acting(nora):
        find(nora, Workspace, cast.apollo.pk)
        with CaptureQueriesContext(connection) as asked:
            find(nora, Workspace, cast.apollo.pk)

    assert [one["sql"].split("(")[0].rpartition("; ")[2].split("_")[0] for one in asked] == [
        "EXECUTE prepared"
    ]


def test_what_the_database_alone_draws_is_found_as_well(cast):
    """Messages are drawn by functions of the database: nothing of the person stands in the question."""
    message = Message.objects.filter(channel=cast.general).first()
    with acting(cast.nora):
        assert find(cast.nora, Message, message.pk) == message
    with acting(cast.eve), pytest.raises(DomainError):
        find(cast.eve, Message, message.pk)
