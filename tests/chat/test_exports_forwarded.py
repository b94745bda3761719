"""An export carries words that were brought from elsewhere, by the rules of the place they are from."""

import csv
import io

import pytest

from chat.errors import ExportOutdated
from chat.operations import change_channel, delete_message, forward_message, open_channel, take_export
from kernel.acting import acting
from kernel.actor import Actor
from tests.chat.conftest import fresh, said
from tests.chat.test_exports import let_out, lines, made, packed

PLATFORM = Actor.system("tests")


@pytest.fixture
def brought(cast, quiet, tooling):
    """Sol's words from a place that Nora reads and Sia does not, brought into quiet by Nora."""
    (words,) = said(tooling, cast.sol, "The **dock** is closed.")
    return forward_message(actor=cast.nora, message=words, to=fresh(quiet), body="Please note")


def told(export):
    (one,) = [row["forwarded"] for row in lines(export) if row["forwarded"]]
    return one


def test_they_come_along_with_where_they_are_from(cast, quiet, brought, tooling):
    export = made(cast.nora, quiet)

    one = told(export)
    assert (one["text"], one["html"]) == (
        "The dock is closed.",
        "<p>The <strong>dock</strong> is closed.</p>",
    )
    assert one["from"]["channel"] == {"id": str(tooling.pk), "name": tooling.name}
    assert one["from"]["author"]["id"] == str(cast.sol.user_id)
    assert told(made(cast.nora))["text"] == "The dock is closed.", "among one's own words too"
    with packed(export) as pack:
        page = pack.read("messages.csv").decode().removeprefix("\ufeff")
    assert [one["forwarded"] for one in csv.DictReader(io.StringIO(page))] == ["The dock is closed."]


def test_where_they_are_from_is_told_to_those_who_read_there(cast, quiet):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="few", kind="private")
    (words,) = said(ours, cast.nora, "among few")
    forward_message(actor=cast.nora, message=words, to=fresh(quiet))

    hidden = told(made(cast.sol, quiet))

    assert hidden["text"] == "among few", "premise: Sol reads them where they were brought"
    assert hidden["from"] is None
    assert str(ours.pk) not in str(hidden)


def test_a_partners_words_stay_where_it_lets_nothing_out(cast, quiet, brought):
    export = made(cast.nora, quiet)
    let_out(cast, cast.southbay, False)

    with acting(cast.nora), pytest.raises(ExportOutdated):
        take_export(actor=cast.nora, export=export)
    for again in (made(cast.nora, quiet), made(cast.nora)):
        kept = told(again)
        assert (kept["text"], kept["html"], kept["from"]) == (None, None, None)
    with packed(again) as pack:
        assert "dock" not in pack.read("messages.csv").decode() + pack.read("messages.jsonl").decode()
    with acting(cast.nora):
        take_export(actor=cast.nora, export=again)


def test_what_was_marked_since_stays_for_who_does_not_read_it(cast, quiet):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="few", kind="private")
    (words,) = said(ours, cast.nora, "among few")
    forward_message(actor=cast.nora, message=words, to=fresh(quiet))
    export = made(cast.sol, quiet)
    change_channel(actor=cast.nora, channel=fresh(ours), label="confidential")

    assert told(made(cast.sol, quiet))["text"] is None
    assert told(made(cast.nora, quiet))["text"] == "among few"
    with acting(cast.sol), pytest.raises(ExportOutdated):
        take_export(actor=cast.sol, export=export)


def test_they_stay_as_they_were_brought(cast, quiet, brought):
    delete_message(actor=cast.sol, message=brought.forward.source)
    assert told(made(cast.nora, quiet))["text"] == "The dock is closed."


def test_all_are_asked_about_at_once(cast, quiet, brought, tooling, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from chat.exporting import brought_in
    from chat.models import Message

    def counted():
        export = made(cast.nora, quiet)
        rows = list(Message.objects.filter(channel=quiet))
        with acting(cast.nora), CaptureQueriesContext(connection) as asked:
            assert len(brought_in(export).of(rows)) == sum(1 for one in rows if one.card)
        return len(asked)

    first = counted()
    for words in said(tooling, cast.sol, "one", "two", "three"):
        forward_message(actor=cast.nora, message=words, to=fresh(quiet))
    assert counted() == first
