"""A draft that nobody wants any more: put away, out of every list, and taken up again."""

import pytest

from approvals.errors import RequestClosed
from approvals.fold import faults
from approvals.models import Instance, InstanceEvent
from approvals.operations import create_draft, discard_draft, submit, take_up_draft
from kernel.errors import NotVisible
from tests.approvals.conftest import definition_of
from ui.things import kinds


@pytest.fixture
def taxi(cast):
    definition = definition_of(cast.northwind, "expense")
    return create_draft(actor=cast.nils, definition=definition, title="Taxi to the plant", form={})


def lists(page, api):
    """Return what Nils finds of it by looking through lists, pages and API."""
    pages = [f"/approvals/?tab={tab}" for tab in ("waiting", "mine", "done", "all")] + ["/approvals/new/"]
    shown = [one for one in pages if "Taxi to the plant" in page("nils").get(one).content.decode()]
    rows = api("nils").get("/api/v1/approvals/instances/").json()["results"]
    return shown, [one for one in rows if one["title"] == "Taxi to the plant"]


def test_no_list_shows_it_any_more(cast, taxi, page, api):
    shown, rows = lists(page, api)
    assert shown, "premise: a draft is shown"
    assert rows, "premise: to programs too"

    gone = discard_draft(actor=cast.nils, instance=taxi)

    assert (gone.state, gone.number) == ("DISCARDED", "")
    assert lists(page, api) == ([], [])
    found = api("nils").get("/api/v1/approvals/instances/?state=DISCARDED").json()["results"]
    assert [one["id"] for one in found] == [str(taxi.pk)], "who asks for it finds it"
    assert not faults(taxi.fresh()), "events and row tell the same"


def test_what_points_at_things_and_the_palette_do_not_find_it(cast, taxi, page):
    def found():
        palette = page("nils").get("/palette/?q=Taxi").content.decode()
        offered = (
            next(one for one in kinds() if one.key == "approval")
            .rows(cast.nils)
            .filter(title__icontains="Taxi")
        )
        return "Taxi to the plant" in palette, offered.exists()

    assert found() == (True, True), "premise: a draft is found"

    discard_draft(actor=cast.nils, instance=taxi)

    assert found() == (False, False)


def test_its_page_says_so_and_one_press_takes_it_up_again(cast, taxi, page):
    here, address = page("nils"), f"/approvals/{taxi.pk}/draft/"
    assert 'name="discard"' in here.get(address).content.decode()

    answer = here.post(address, {"discard": "1", "title": "lost"}, follow=True)
    assert "The draft is discarded" in answer.content.decode()
    assert "The draft is discarded" in here.get(f"/approvals/{taxi.pk}/", follow=True).content.decode()
    assert taxi.fresh().title == "Taxi to the plant"

    answer = here.post(address, {"take_up": "1"}, follow=True)
    assert 'name="discard"' in answer.content.decode()
    assert taxi.fresh().state == Instance.State.DRAFT
    kinds = InstanceEvent.objects.filter(instance=taxi).order_by("seq").values_list("type", flat=True)
    assert list(kinds) == ["drafted", "discarded", "taken_up"]


def test_programs_are_offered_both_and_do_both(cast, taxi, api):
    nils, address = api("nils"), f"/api/v1/approvals/instances/{taxi.pk}/"

    def offered():
        return {one["action"] for one in nils.get(address).json()["can"]}

    assert offered() == {"submit", "discard"}
    assert nils.post(f"{address}actions/", {"action": "discard"}).json()["state"] == "DISCARDED"
    assert offered() == {"take_up"}
    assert nils.post(f"{address}actions/", {"action": "take_up"}).json()["state"] == "DRAFT"


def test_what_is_not_a_draft_is_not_discarded_and_what_is_discarded_is_not_sent(cast, taxi, running):
    with pytest.raises(RequestClosed):
        discard_draft(actor=cast.nils, instance=running)
    with pytest.raises(RequestClosed):
        take_up_draft(actor=cast.nils, instance=taxi)

    discard_draft(actor=cast.nils, instance=taxi)
    for again in (discard_draft, submit):
        with pytest.raises(RequestClosed):
            again(actor=cast.nils, instance=taxi)


@pytest.mark.parametrize("who", ["nora", "sol", "gale"])
def test_nobody_else_knows_of_it(cast, taxi, who):
    with pytest.raises(NotVisible):
        discard_draft(actor=cast.actor(who), instance=taxi)
    assert taxi.fresh().state == Instance.State.DRAFT
