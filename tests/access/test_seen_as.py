"""A workspace with another organization's eyes: what that person's own key would list, and nothing beyond."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.seen_as import seats_of, seen_as
from chat.operations import open_channel
from kernel.nouns import uuid7

LINE = re.compile(r'data-key="([0-9a-f-]{36})" data-seen="(yes|no)"')


def shown(browser, room, **said):
    query = "&".join(f"{name}={value}" for name, value in said.items())
    answer = browser.get(f"/workspaces/{room.pk}/seen-as/?{query}")
    assert answer.status_code == 200
    return dict(LINE.findall(answer.content.decode()))


def listed(program, room):
    """Return what a key hears in the three lists of a room."""
    paths = [f"workspaces/{room.pk}/channels/", f"workspaces/{room.pk}/members/"]
    paths.append(f"approvals/instances/?workspace={room.pk}")
    answers = [program.get(f"{path}{'&' if '?' in path else '?'}limit=200") for path in paths]
    assert all(one.status_code == 200 for one in answers)
    return {one["id"] for answer in answers for one in answer.json()["results"]}


@pytest.fixture
def hosts_own(cast):
    """Return a channel that is internal to Northwind."""
    return open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)


@pytest.mark.parametrize("who", ["sol", "sia"])
def test_it_is_what_that_persons_key_lists(cast, page, api, secret, hosts_own, who):
    person = cast.sol if who == "sol" else cast.sia
    mine, theirs = listed(api("nora"), cast.apollo), listed(api(who), cast.apollo)
    assert {str(secret.pk), str(hosts_own.pk)} <= mine - theirs, "premise: some of it is hidden from them"
    assert mine & theirs, "premise: some of it is not"

    sights = shown(page("nora"), cast.apollo, org=cast.southbay.pk, person=person.user_id)

    assert set(sights) == mine
    assert {key for key, seen in sights.items() if seen == "yes"} == mine & theirs


def test_an_external_contact_of_the_other_side_sees_less(cast, page, api, hosts_own):
    mine, theirs = listed(api("sol"), cast.apollo), listed(api("gale"), cast.apollo)

    sights = shown(page("sol"), cast.apollo, org=cast.northwind.pk, person=cast.gale.user_id)

    assert {key for key, seen in sights.items() if seen == "yes"} == mine & theirs
    assert mine - theirs


def test_an_organization_sees_what_one_of_its_own_people_sees(cast, page, api, secret):
    mine = listed(api("nora"), cast.apollo)
    together = listed(api("sol"), cast.apollo) | listed(api("sia"), cast.apollo)

    sights = shown(page("nora"), cast.apollo, org=cast.southbay.pk)

    assert {key for key, seen in sights.items() if seen == "yes"} == mine & together
    assert sights[str(secret.pk)] == "no"


def test_what_only_they_see_stays_theirs(cast, page):
    """Otherwise looking with a partner's eyes would be a way into its own rooms."""
    theirs = open_channel(
        actor=cast.sol, workspace=cast.apollo, name="southbay-prices", internal_to=cast.southbay
    )

    answer = page("nora").get(
        f"/workspaces/{cast.apollo.pk}/seen-as/?org={cast.southbay.pk}&person={cast.sol.user_id}"
    )

    assert answer.status_code == 200
    assert "southbay-prices" not in answer.content.decode()
    assert str(theirs.pk) not in answer.content.decode()


def test_it_says_that_one_only_looks(cast, page):
    words = page("nora").get(f"/workspaces/{cast.apollo.pk}/seen-as/?person={cast.sia.user_id}").content
    assert f"You look with the eyes of {cast.sia.user.name}" in words.decode()


def test_it_is_for_those_who_decide_on_access(cast, page):
    address = f"/workspaces/{cast.apollo.pk}/seen-as/"
    answers = {
        who: page(who).get(address).status_code for who in ("nora", "sol", "nils", "sia", "gale", "otto")
    }
    assert answers == {"nora": 200, "sol": 200, "nils": 403, "sia": 403, "gale": 403, "otto": 404}


def test_an_organization_without_a_part_is_missing(cast, page):
    for key in (cast.eastgate.pk, uuid7()):
        assert page("nora").get(f"/workspaces/{cast.apollo.pk}/seen-as/?org={key}").status_code == 404


def test_it_asks_no_more_for_more_channels(cast):
    seats = seats_of(cast.nora, cast.apollo, cast.southbay)

    with CaptureQueriesContext(connection) as few:
        seen_as(cast.nora, cast.apollo, seats)
    for n in range(5):
        open_channel(actor=cast.nora, workspace=cast.apollo, name=f"more-{n}")
    with CaptureQueriesContext(connection) as many:
        seen_as(cast.nora, cast.apollo, seats)

    assert len(many) == len(few)
