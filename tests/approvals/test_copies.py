"""What was shown to somebody stands in a list of its own, until they have read it as unread."""

import csv
import io

import pytest

from approvals.models import Assignment
from approvals.operations import copy_to
from approvals.queries import unread_count
from tests.approvals.conftest import purchase

UNREAD = 'data-unread id="line-'  # a line of the list


@pytest.fixture
def copied(cast, running):
    copy_to(actor=cast.nora, instance=running, users=[cast.nils.user_id])
    return running


def listed(page, who, query="tab=copies"):
    return page(who).get(f"/approvals/?{query}").content.decode()


def test_a_copy_is_unread_until_its_reader_looks(cast, page, copied):
    reader = Assignment.objects.get(instance=copied, state="COPIED").principal
    who = reader.email.partition("@")[0]
    assert unread_count(cast.nils) == 1
    assert UNREAD in listed(page, who)
    assert copied.title in listed(page, who, "tab=copies&unread=1")

    page(who).get(f"/approvals/{copied.pk}/")

    assert unread_count(cast.nils) == 0
    assert copied.title in listed(page, who)
    assert UNREAD not in listed(page, who)
    assert copied.title not in listed(page, who, "tab=copies&unread=1")


def test_others_find_nothing_there(page, copied):
    assert copied.title not in listed(page, "nora")
    assert copied.title not in listed(page, "sol")


def test_copies_are_searched_and_taken_along(cast, page, copied):
    other = purchase(cast, title="Another matter")
    copy_to(actor=cast.nora, instance=other, users=[cast.nils.user_id])
    page("nils").get(f"/approvals/{other.pk}/")

    assert copied.title not in listed(page, "nils", "tab=copies&q=another")
    table = page("nils").get("/approvals/approvals.csv?tab=copies").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    read = {row["Title"]: list(row.values())[-1] for row in rows}
    assert read == {copied.title: "No", "Another matter": "Yes"}
