"""The page of who is in a room: paged by organization, searched, and asking before somebody goes."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from workspaces.models import Member
from workspaces.queries import PAGE, sides_of


def crowd(room: Any, organization: Any, added_by: Any, count: int) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{one}@crowd.example", name=f"Person {one:04}", password="!") for one in range(count)
    )
    Member.objects.bulk_create(
        Member(workspace=room, user=one, organization=organization, added_by=added_by, role="viewer")
        for one in people
    )


@pytest.fixture
def where(cast: Any) -> str:
    return reverse("workspace_members", args=[cast.apollo.pk])


@pytest.fixture
def crowded(cast: Any) -> None:
    crowd(cast.apollo, cast.southbay, cast.sol.user, PAGE + 20)


def test_each_organization_shows_a_page_and_the_way_to_more(page, cast, where, crowded):
    nora = page("nora")
    first = nora.get(where).content.decode()

    assert cast.nils.name in first
    assert cast.sol.name in first, "who leads comes first"
    assert "Person 0000" in first
    assert f"Person {PAGE:04}" not in first
    assert f"?side={cast.southbay.pk}&amp;page=2" in first

    second = nora.get(f"{where}?side={cast.southbay.pk}&page=2").content.decode()

    assert f"Person {PAGE:04}" in second
    assert "Person 0000" not in second
    assert "page=3" not in second


def test_the_head_counts_everybody_and_not_the_page(cast, crowded):
    sides = {side.organization.pk: side for side in sides_of(cast.nora, cast.apollo, q="0003", at_most=PAGE)}
    southbay = sides[cast.southbay.pk]

    assert (southbay.people, len(southbay.seats), southbay.has_more) == (PAGE + 22, 1, False)


@pytest.mark.parametrize(("q", "name"), [("nils", "nils"), ("okafor test", "gale"), ("Southbay", "sia")])
def test_it_is_searched_by_person_company_and_organization(page, cast, where, q, name):
    shown = page("nora").get(where, {"q": q}).content.decode()
    rows = shown[shown.index('id="people"') : shown.index("<dialog", shown.index('id="people"'))]

    assert cast.user(name).name in rows
    assert "Nora Lindqvist" not in rows


def test_nothing_found_leads_back(page, where):
    shown = page("nora").get(where, {"q": "nobody of this name"}).content.decode()

    assert "Nobody fits" in shown


@pytest.mark.parametrize("query", ["?side=x", "?side=x&page=x", "?page=0", "?page=99999999999"])
def test_odd_addresses_show_the_page(page, where, query):
    assert page("nora").get(where + query).status_code == 200


@pytest.mark.parametrize("name", ["workspace_members", "workspace"])
def test_a_crowd_costs_as_many_queries_as_a_few(page, cast, name):
    nora, address = page("nora"), reverse(name, args=[cast.apollo.pk])
    nora.get(address)  # what is learned once is learned

    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            assert nora.get(address).status_code == 200
        return len(told)

    few = cost()
    crowd(cast.apollo, cast.northwind, cast.nora.user, 300)

    assert cost() == few


def test_one_question_is_fetched_for_whoever_shall_go(page, cast, seat, where):
    nora, removal = page("nora"), reverse("member_removal", args=[seat("nils").pk])
    assert removal in nora.get(where).content.decode()

    asked = nora.get(removal, headers={"HX-Request": "true"}).content.decode()
    alone = nora.get(removal).content.decode()

    assert asked.lstrip().startswith("<dialog")
    assert 'data-dialog-target="open"' in asked
    assert cast.nils.name in asked
    assert "<html" in alone
    assert cast.nils.name in alone
    assert nora.post(removal).status_code == 302
    assert not Member.objects.filter(workspace=cast.apollo, user=cast.nils.user).exists()


def test_the_list_stays_narrowed_when_somebody_acted_on_it(page, cast, seat, where):
    nora, role = page("nora"), reverse("member_role", args=[seat("nils").pk])
    assert f"{role}?q=nils" in nora.get(where, {"q": "nils"}).content.decode()

    done = nora.post(f"{role}?q=nils", {"role": "viewer"})

    assert done.url == f"{where}?q=nils"
    asked = nora.get(reverse("member_removal", args=[seat("nils").pk]), {"q": "nils"})
    assert "removal/?q=nils" in asked.content.decode()


def test_whoever_may_not_remove_somebody_is_not_asked(page, seat, where):
    removal = reverse("member_removal", args=[seat("nora").pk])

    assert removal not in page("nils").get(where).content.decode()
    assert page("nils").get(removal).status_code == 403
    assert page("otto").get(removal).status_code == 404


def test_one_may_leave_oneself(page, cast, seat, where):
    nils, removal = page("nils"), reverse("member_removal", args=[seat("nils").pk])

    assert removal in nils.get(where).content.decode()
    assert "Leave Apollo" in nils.get(removal).content.decode()
