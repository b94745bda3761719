"""Saying something: who hears it stands with it."""

import re

import pytest

from approvals.models import Comment
from approvals.operations import comment
from kernel.errors import InvalidInput, NotVisible
from margins.operations import keep_fields, write_note
from tests.approvals.ways import begun, case, step


def test_a_shared_comment_is_heard_by_both_sides(cast, with_southbay):
    comment(actor=cast.sol, instance=with_southbay, body="By January.", audience="shared")

    heard = Comment.objects.filter(instance=with_southbay)
    assert heard.heard_by(cast.northwind.pk).count() == heard.heard_by(cast.southbay.pk).count() == 1


def test_an_internal_comment_stays_at_home(cast, with_southbay):
    comment(actor=cast.sol, instance=with_southbay, body="Our floor is 50.")

    heard = Comment.objects.filter(instance=with_southbay)
    assert (heard.heard_by(cast.northwind.pk).count(), heard.heard_by(cast.southbay.pk).count()) == (0, 1)


def test_who_takes_no_part_says_nothing(cast, running):
    with pytest.raises(NotVisible):
        comment(actor=cast.sol, instance=running, body="Hello?")
    with pytest.raises(InvalidInput):
        comment(actor=cast.nils, instance=running, body="   ")


PLACES = re.compile(r"<textarea[^>]* id=\"(talk-new|note-new)\"")


def test_where_no_partner_can_ever_take_part_one_place_holds_all_words(cast, page):
    """Who reads is said once, above them, and on nothing below."""
    among_us = begun(cast, [step(cast, "a", "nora")])
    comment(actor=cast.nils, instance=among_us, body="Our floor is 50.")

    shown = page("nora").get(f"/approvals/{among_us.pk}/").content.decode()

    assert PLACES.findall(shown) == ["talk-new"]
    assert "Our floor is 50." in shown
    assert shown.count(f"{cast.northwind.name} only") == 1
    assert f"Only {cast.northwind.name} sees this" not in shown


def test_what_was_kept_there_before_stays_to_be_read(cast, page):
    among_us = begun(cast, [step(cast, "a", "nora")])
    write_note(actor=cast.nora, thing=among_us, body="zq-before")
    keep_fields(actor=cast.nora, thing=among_us, fields=[("Cost centre", "zq-20")])

    for where in (f"/approvals/{among_us.pk}/", f"/internal/approval/{among_us.pk}/"):
        shown = page("nora").get(where).content.decode()
        assert ("zq-before" in shown, "zq-20" in shown, "note-new" in shown) == (True, True, False), where


def test_as_soon_as_a_partner_can_take_part_there_are_two(cast, page, running):
    """Its turn has not come, or it was left open who it is; a word for colleagues alone has a place of its own."""
    slots = [{"id": "buyer", "bind": "initiator"}, {"id": "maker", "bind": "counterparty", "required": False}]
    meets = {"id": "sup", "type": "party", "party": "maker"}
    dear = {"id": "dear", "type": "branch", "cases": [case({"gt": ["$count", 3]}, meets)], "default": []}
    left_open = begun(cast, [step(cast, "a"), dear], parties=slots)
    assert not left_open.parties.exists(), "premise: nobody was named"
    for one in (running, left_open):
        shown = page("nora").get(f"/approvals/{one.pk}/").content.decode()
        assert PLACES.findall(shown) == ["talk-new", "note-new"]
        assert f"Post to {cast.northwind.name} only" in shown
