from uuid import uuid4

import pytest

from audit.models import Outbox
from orgs.errors import SlugTaken
from orgs.models import Membership, Organization
from orgs.operations import change_org, create_org


def test_the_creator_becomes_the_owner(api):
    otto = api("otto")

    made = otto.post("orgs/", {"name": "Otto Works", "slug": "otto-works"})

    assert made.status_code == 201
    assert made.json()["slug"] == "otto-works"
    assert made.json()["role"] == "owner"
    mine = otto.get("me/").json()["memberships"]
    assert mine == [
        {"org": {"id": made.json()["id"], "slug": "otto-works", "name": "Otto Works"}, "role": "owner"}
    ]


def test_a_short_name_is_given_once(cast):
    assert cast.northwind.slug == "northwind", "premise: it is taken"

    with pytest.raises(SlugTaken):
        create_org(actor=cast.otto, name="Northwind too", slug="northwind")

    assert not Membership.objects.filter(user=cast.otto.user).exists()


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": "x", "slug": "Big Name"}, "/slug"),
        ({"name": "x", "slug": "a"}, "/slug"),
        ({"name": "x", "slug": "x--y"}, "/slug"),
        ({"name": "", "slug": "fine"}, "/name"),
        ({"name": "a\u202eb", "slug": "fine"}, "/name"),
        ({"name": "x", "slug": "fine", "kind": "empire"}, "/kind"),
        ({"name": "x", "slug": "fine", "owner": "me"}, "/owner"),
        ({"name": "x", "slug": "fine", "parent": str(uuid4())}, "/parent"),
        ({"name": 7, "slug": "fine"}, "/name"),
    ],
)
def test_what_does_not_fit_is_pointed_at(api, said, pointer):
    answer = api("otto").post("orgs/", said)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not Organization.objects.filter(slug="fine").exists()


def test_a_parent_must_be_steered(api, cast):
    said = {"name": "Sub", "slug": "sub", "kind": "subsidiary", "parent": str(cast.northwind.pk)}

    assert api("nils").post("orgs/", said).status_code == 403
    assert api("nora").post("orgs/", said).json()["parent"]["name"] == cast.northwind.name


def test_owners_change_it_and_members_do_not(api, cast):
    where = f"orgs/{cast.northwind.pk}/"

    assert api("nils").patch(where, {"name": "Mine"}).json()["rule"] == "orgs.change"
    assert api("nora").patch(where, {"name": "Northwind AB"}).json()["name"] == "Northwind AB"


def test_an_organization_does_not_lie_above_itself(api, cast):
    answer = api("nora").patch(f"orgs/{cast.northwind.pk}/", {"parent": str(cast.northwind.pk)})

    assert answer.status_code == 422


def test_saying_the_same_again_leaves_no_trace(cast):
    before = Outbox.objects.count()
    change_org(actor=cast.nora, organization=cast.northwind, name=cast.northwind.name)

    assert Outbox.objects.count() == before


def test_a_stranger_and_an_outsider_learn_nothing(api, cast):
    foreign, missing = (api("otto").get(f"orgs/{one}/") for one in (cast.northwind.pk, uuid4()))

    assert api(None).get(f"orgs/{cast.northwind.pk}/").status_code == 401
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_partners_know_the_organization_but_not_its_people(api, cast):
    sol = api("sol")

    assert sol.get(f"orgs/{cast.northwind.pk}/").json()["role"] is None
    for inner in ("members", "departments", "contacts", "partnerships", "positions", "invitations", "audit"):
        assert sol.get(f"orgs/{cast.northwind.pk}/{inner}/").status_code == 403, inner


def test_a_page_registers_an_organization(page):
    otto = page("otto")

    assert otto.get("/orgs/new/").status_code == 200
    assert otto.post("/orgs/new/", {"name": "", "slug": "x", "kind": "company"}).status_code == 422
    assert (
        otto.post("/orgs/new/", {"name": "Otto", "slug": "northwind", "kind": "company"}).status_code == 422
    )
    done = otto.post("/orgs/new/", {"name": "Otto Works", "slug": "otto-works", "kind": "company"})

    where = Organization.objects.get(slug="otto-works")
    assert done.headers["Location"] == f"/orgs/{where.pk}/members/"
    assert otto.get(done.headers["Location"]).status_code == 200
