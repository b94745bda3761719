"""A case also finds what stands nowhere any more: what a legal hold keeps, and what was said before an edit."""

import json

import pytest

from audit.models import Outbox
from chat.discovering import Sought
from chat.operations import (
    delete_message,
    edit_message,
    open_channel,
    open_discovery,
    open_found,
    place_hold,
    release_hold,
    take_found,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotVisible
from tests.chat.conftest import said
from tests.chat.test_discoveries import found, keys

PLATFORM = Actor.system("tests")


@pytest.fixture
def case(cast):
    return open_discovery(actor=cast.ada, organization=cast.northwind, case="Case 7", reason="A claim")


@pytest.fixture
def hold(cast):
    return place_hold(actor=cast.ada, organization=cast.northwind, case="Case 7", reason="A claim")


def opened(actor, case, message):
    with acting(actor):
        return open_found(actor=actor, discovery=case, message_id=message.pk).told()[0]


def test_a_deleted_message_is_found_by_all_it_ever_said_while_a_hold_keeps_it(cast, case, hold, quiet):
    (message,) = said(quiet, cast.nora, "The zebra prices")
    edit_message(actor=cast.nora, message=message, body="The giraffe costs, 报价单")
    delete_message(actor=cast.nora, message=message.fresh())
    for words in ("zebra", "giraffes", "zebra price", "报价", ""):
        (hit,) = found(
            cast.ada, case, words=words, people=(cast.nora.user_id,), workspace=cast.apollo.pk
        ).told()[:1]
        assert (hit["id"], hit["kept"]) == (str(message.pk), "deleted")
    assert not found(cast.ada, case, words="zebra okapi").rows
    told = opened(cast.ada, case, message)
    assert told["body"] == "The giraffe costs, 报价单"
    assert [one["body"] for one in told["versions"]] == ["The zebra prices"]
    assert told["deleted_at"]

    release_hold(actor=cast.ada, hold=hold)

    assert not found(cast.ada, case, words="giraffe").rows, "what is held no more is not looked through"
    with acting(cast.ada), pytest.raises(NotVisible):
        open_found(actor=cast.ada, discovery=case, message_id=message.pk)


def test_what_was_said_before_an_edit_is_found_and_says_so(cast, case, quiet):
    (message,) = said(quiet, cast.nora, "lynx first")
    edit_message(actor=cast.nora, message=message, body="second")
    (again,) = said(quiet, cast.nora, "lynx now")

    hits = {one["id"]: one["kept"] for one in found(cast.ada, case, words="lynx").told()}

    assert hits == {str(message.pk): "earlier", str(again.pk): ""}
    told = opened(cast.ada, case, message)
    assert (told["body"], [one["body"] for one in told["versions"]]) == ("second", ["lynx first"])


def test_partners_copies_stay_with_the_partner(cast, case, quiet):
    place_hold(actor=cast.sol, organization=cast.southbay, case="c", reason="r")
    ours = open_channel(actor=cast.sol, workspace=cast.apollo, name="bay", internal_to=cast.southbay)
    for place in (quiet, ours):
        (message,) = said(place, cast.sol, "tapir of Southbay")
        delete_message(actor=cast.sol, message=message)
    (inside,) = said(ours, cast.sol, "tapir before")
    edit_message(actor=cast.sol, message=inside, body="after")
    theirs = open_discovery(actor=cast.sol, organization=cast.southbay, case="c", reason="r")

    assert len(found(cast.sol, theirs, words="tapir").rows) == 3, "premise"
    assert not found(cast.ada, case, words="tapir").rows
    with acting(cast.ada), pytest.raises(NotVisible):
        open_found(actor=cast.ada, discovery=case, message_id=message.pk)


def test_pages_follow_one_another_over_both(cast, case, hold, quiet):
    rows = said(quiet, cast.nora, *[f"ibex {n}" for n in range(6)])
    for one in rows[::2]:
        delete_message(actor=cast.nora, message=one)
    from chat.operations import search_discovery

    seen, older = [], None
    for _page in range(4):
        with acting(cast.ada):
            page = search_discovery(
                actor=cast.ada, discovery=case, sought=Sought(words="ibex"), older_than=older, most=2
            )
        seen += [one.pk for one in page.rows]
        older = page.following
        if older is None:
            break

    assert seen == [one.pk for one in reversed(rows)]


def test_the_file_carries_it_and_the_record_says_that_it_was_opened(cast, case, hold, quiet):
    (gone,) = said(quiet, cast.nora, "civet, gone")
    delete_message(actor=cast.nora, message=gone)
    with acting(cast.ada):
        taken = take_found(actor=cast.ada, discovery=case, sought=Sought(words="civet"))
    (row,) = [json.loads(line) for line in taken.lines.decode().splitlines()]
    assert (row["body"], row["kept"], row["versions"]) == ("civet, gone", "deleted", [])

    opened(cast.ada, case, gone)

    with acting(PLATFORM):
        entry = Outbox.objects.filter(name="chat.found_opened").order_by("pk").last()
    assert entry.payload["kept"] == "deleted"
    assert keys(found(cast.ada, case, words="civet")) == {gone.pk}


def test_pages_and_programs_mark_it(cast, case, hold, quiet, page, api):
    (gone,) = said(quiet, cast.nora, "okapi gone")
    delete_message(actor=cast.nora, message=gone)
    shown = page("ada").post(f"/discoveries/{case.pk}/", {"words": "okapi"})
    assert "kept by a legal hold" in shown.content.decode()
    answer = api("ada").post(f"discoveries/{case.pk}/searches/", {"words": "okapi"}).json()
    assert [(one["id"], one["kept"]) for one in answer["results"]] == [(str(gone.pk), "deleted")]
    told = api("ada").post(f"discoveries/{case.pk}/openings/", {"message": str(gone.pk)}).json()
    assert (told["body"], told["versions"]) == ("okapi gone", [])
