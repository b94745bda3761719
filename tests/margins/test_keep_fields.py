"""Fields of one's own beside a shared thing: what we call it, what we book it on."""

import pytest

from audit.models import Entry
from audit.tasks import seal
from kernel.errors import InvalidInput, NotAllowed
from margins.models import Field
from margins.operations import MOST_FIELDS, keep_fields

BOTH = [("Supplier number", "4711"), ("Cost centre", "R-20")]


def pairs(thing, organization):
    rows = Field.objects.on(thing).filter(organization=organization)
    return [(one.name, one.value) for one in rows]


def test_they_stand_in_the_order_that_was_said(cast, thing):
    keep_fields(actor=cast.nora, thing=thing, fields=BOTH)
    assert pairs(thing, cast.northwind) == BOTH

    keep_fields(actor=cast.nora, thing=thing, fields=[*reversed(BOTH), ("Buyer", "Nils")])
    assert pairs(thing, cast.northwind) == [*reversed(BOTH), ("Buyer", "Nils")]


def test_what_is_not_said_again_goes(cast, thing):
    keep_fields(actor=cast.nora, thing=thing, fields=BOTH)

    keep_fields(actor=cast.nora, thing=thing, fields=[("Cost centre", "R-30")])

    assert pairs(thing, cast.northwind) == [("Cost centre", "R-30")]


def test_each_side_has_its_own_under_the_same_name(cast, thing):
    keep_fields(actor=cast.nora, thing=thing, fields=[("Number", "ours")])
    keep_fields(actor=cast.sol, thing=thing, fields=[("Number", "theirs")])

    assert pairs(thing, cast.northwind) == [("Number", "ours")]
    assert pairs(thing, cast.southbay) == [("Number", "theirs")]


@pytest.mark.parametrize("who", ["gale", "otto", "eve", "ada"])
def test_guests_auditors_and_strangers_keep_none(cast, thing, who):
    with pytest.raises(NotAllowed):
        keep_fields(actor=cast.actor(who), thing=thing, fields=BOTH)


@pytest.mark.parametrize(
    "wrong",
    [
        [("", "x")],
        [("x", " ")],
        [("x" * 61, "x")],
        [("x", "x" * 501)],
        [("Number", "1"), ("number ", "2")],
        [(f"n{at}", "x") for at in range(MOST_FIELDS + 1)],
    ],
    ids=["no name", "no value", "long name", "long value", "twice", "too many"],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(cast, things, wrong):
    room = things["workspace"]
    keep_fields(actor=cast.nora, thing=room, fields=BOTH)

    with pytest.raises(InvalidInput):
        keep_fields(actor=cast.nora, thing=room, fields=wrong)

    assert pairs(room, cast.northwind) == BOTH


def test_a_change_enters_ones_own_record_alone_and_saying_the_same_does_not(cast, thing):
    seal()
    seal()  # what was found unusual in the world before
    before = list(Entry.objects.values_list("pk", flat=True))
    for _ in range(2):
        keep_fields(actor=cast.nora, thing=thing, fields=BOTH)
    seal()

    (entry,) = Entry.objects.exclude(pk__in=before).select_related("chain")
    assert (entry.chain.kind, entry.chain.noun_id) == ("org", cast.northwind.pk)
    assert "4711" not in bytes(entry.body).decode()


def test_programs_do_the_same(api, cast, named):
    said = {"object": named, "fields": [{"name": name, "value": value} for name, value in BOTH]}
    kept = api("nora").put("internal-fields/", said)

    assert (kept.status_code, kept.json()["fields"]) == (200, said["fields"])
    assert kept.json()["org"]["name"] == cast.northwind.name
    assert api("nora").get(f"internal-fields/?object={named}").json() == kept.json()
    assert api("sol").get(f"internal-fields/?object={named}").json()["fields"] == []
    assert api("gale").get(f"internal-fields/?object={named}").status_code in (403, 404)
    twice = said | {"fields": said["fields"] * 2}
    assert api("nora").put("internal-fields/", twice).json()["errors"][0]["code"] == "twice"
