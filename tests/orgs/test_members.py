from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Token, User
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.errors import AlreadyInvited, AlreadyMember, LastOwner, ManagerCircle
from orgs.models import Contact, Department, Invitation, Membership, Position
from orgs.operations import change_membership, end_membership, invite_member


def test_an_owner_invites_and_the_invited_one_joins(api, cast, newcomer, letter_to, sourcing):
    said = {
        "email": "Wen@fresh.example",
        "role": "admin",
        "title": "Buyer",
        "department": str(sourcing.pk),
        "manager": str(cast.nora.user_id),
    }
    offer = api("nora").post(f"orgs/{cast.northwind.pk}/members/", said)
    token = letter_to("wen@fresh.example")

    assert offer.status_code == 201
    assert offer.json()["state"] == "open"
    assert token not in offer.content.decode(), "the secret goes by mail alone"
    seen = api(None).get(f"invitations/{token}/").json()
    assert (seen["kind"], seen["role"], seen["org"]["slug"]) == ("member", "admin", "northwind")

    taken = api(newcomer).post(f"invitations/{token}/acceptance/")

    assert taken.status_code == 200
    joined = api("nils").get(f"members/{taken.json()['member']}/").json()
    assert (joined["role"], joined["title"], joined["department"]["name"]) == (
        "admin",
        "Buyer",
        sourcing.name,
    )
    assert joined["manager"]["name"] == cast.nora.name
    assert joined["user"]["org"]["name"] == cast.northwind.name


@pytest.mark.parametrize("who", ["nils", "ada"])
def test_members_and_auditors_invite_nobody(api, cast, who):
    answer = api(who).post(f"orgs/{cast.northwind.pk}/members/", {"email": "x@y.example"})

    assert answer.status_code == 403
    assert answer.json()["rule"] == "orgs.invite_member"
    assert not Invitation.objects.filter(email="x@y.example").exists()


def test_an_admin_makes_no_owner_and_touches_none(cast, membership):
    change_membership(actor=cast.nora, membership=membership("nils"), role="admin")

    with pytest.raises(NotAllowed, match="not_allowed"):
        invite_member(actor=cast.nils, organization=cast.northwind, email="x@y.example", role="owner")
    with pytest.raises(NotAllowed):
        change_membership(actor=cast.nils, membership=membership("nora"), role="member")
    with pytest.raises(NotAllowed):
        end_membership(actor=cast.nils, membership=membership("nora"))
    with pytest.raises(NotAllowed):
        change_membership(actor=cast.nils, membership=membership("nils"), role="owner")


def test_nobody_is_invited_twice_or_while_inside(cast):
    invite_member(actor=cast.nora, organization=cast.northwind, email="x@y.example")

    with pytest.raises(AlreadyInvited):
        invite_member(actor=cast.nora, organization=cast.northwind, email="X@Y.example")
    with pytest.raises(AlreadyMember):
        invite_member(actor=cast.nora, organization=cast.northwind, email="NILS@northwind.example")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/email"),
        ({"email": "no address"}, "/email"),
        ({"email": "x@y.example", "role": "king"}, "/role"),
        ({"email": "x@y.example", "department": str(uuid4())}, "/department"),
        ({"email": "x@y.example", "manager": str(uuid4())}, "/manager"),
        ({"email": "x@y.example", "salary": 1}, "/salary"),
    ],
)
def test_what_does_not_fit_is_pointed_at(api, cast, said, pointer):
    answer = api("nora").post(f"orgs/{cast.northwind.pk}/members/", said)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_department_and_manager_are_of_the_same_organization(api, cast, membership):
    theirs = Department.objects.filter(organization=cast.southbay).first()
    where = f"members/{membership('nils').pk}/"

    assert api("nora").patch(where, {"department": str(theirs.pk)}).status_code == 422
    assert api("nora").patch(where, {"manager": str(cast.sol.user_id)}).status_code == 422


def test_nobody_reports_to_themselves_through_others(cast, membership):
    assert membership("nils").manager_id == cast.nora.user_id, "premise: Nils reports to Nora"

    with pytest.raises(ManagerCircle):
        change_membership(actor=cast.nora, membership=membership("nora"), manager=cast.nils.user_id)
    with pytest.raises(ManagerCircle):
        change_membership(actor=cast.nora, membership=membership("nora"), manager=cast.nora.user_id)


def test_the_last_owner_stays(cast, membership):
    with pytest.raises(LastOwner):
        change_membership(actor=cast.nora, membership=membership("nora"), role="member")
    with pytest.raises(LastOwner):
        end_membership(actor=cast.nora, membership=membership("nora"))

    change_membership(actor=cast.nora, membership=membership("nils"), role="owner")
    end_membership(actor=cast.nora, membership=membership("nora"))

    assert not membership("nora").is_active


def test_whoever_leaves_loses_everything_at_once_and_hands_over(api, page, cast, membership):
    nils, token, browser = membership("nils"), api("nils"), page("nils")
    assert token.get("me/").status_code == 200, "premise: his token opens"
    assert Contact.objects.filter(sponsor=cast.nils.user).exists(), "premise: he vouches for somebody"

    done = api("nora").delete(f"members/{nils.pk}/?handover={cast.nora.user_id}")

    assert done.status_code == 204
    assert token.get("me/").status_code == 401
    assert browser.get(f"/orgs/{cast.northwind.pk}/members/").status_code == 302
    assert not Contact.objects.filter(sponsor=cast.nils.user).exists()
    assert Position.objects.get(organization=cast.northwind, key="procurement").people == [cast.nora.user_id]
    assert api("nora").delete(f"members/{nils.pk}/").json()["code"] == "membership_ended"


def test_reports_go_to_the_heir_without_a_circle(cast, membership, newcomer):
    boss = Membership.objects.create(
        organization=cast.northwind, user=newcomer.user, role="admin", manager=cast.nora.user
    )
    change_membership(actor=cast.nora, membership=membership("nils"), manager=newcomer.user_id)

    end_membership(actor=cast.nora, membership=boss, handover=cast.nils.user_id)

    assert membership("nils").manager_id == cast.nora.user_id, "the heir goes one step up, not below himself"


def test_a_token_for_another_organization_outlives_the_end(cast, membership, newcomer):
    here = Membership.objects.create(organization=cast.northwind, user=newcomer.user)
    Membership.objects.create(organization=cast.southbay, user=newcomer.user)
    kept, lost = (
        Token.objects.create(
            user=newcomer.user, name="t", digest=f"{org.slug:64}", prefix="x", epoch=1, org_id=org.pk
        )
        for org in (cast.southbay, cast.northwind)
    )

    end_membership(actor=cast.nora, membership=here)

    assert set(Token.objects.living().filter(user=newcomer.user)) == {kept}
    assert lost.pk not in Token.objects.living().values_list("pk", flat=True)


def test_handover_goes_to_somebody_who_stays(api, cast, membership):
    where = f"members/{membership('nils').pk}/"

    for heir in (cast.nils.user_id, cast.sol.user_id, "nobody"):
        assert api("nora").delete(f"{where}?handover={heir}").status_code == 422
    assert membership("nils").is_active


def test_everybody_may_leave(api, membership):
    assert api("nils").delete(f"members/{membership('nils').pk}/").status_code == 204


def test_foreign_and_missing_members_look_alike(api, membership):
    foreign, missing = (api("sol").get(f"members/{one}/") for one in (membership("nils").pk, uuid4()))

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert api("sol").delete(f"members/{membership('nils').pk}/").status_code == 404


def test_the_list_is_searched_and_narrowed(api, cast):
    nora, where = api("nora"), f"orgs/{cast.northwind.pk}/members/"

    def names(query=""):
        return [one["user"]["name"] for one in nora.get(where + query).json()["results"]]

    assert len(names()) == 3
    assert names("?q=nils") == [cast.nils.name]
    assert names("?role=auditor") == [cast.ada.name]
    assert names("?state=ended") == []
    assert nora.get(f"{where}?state=gone").status_code == 422
    assert nora.get(f"{where}?department=x").status_code == 422


def test_a_former_member_comes_back(api, cast, membership, letter_to):
    end_membership(actor=cast.nora, membership=membership("nils"))
    invite_member(actor=cast.nora, organization=cast.northwind, email=cast.nils.user.email, role="auditor")
    back = Actor.person(cast.nils.user.fresh())

    assert api(back).post(f"invitations/{letter_to(back.user.email)}/acceptance/").status_code == 200
    assert (membership("nils").role, membership("nils").is_active) == ("auditor", True)


def test_pages_invite_change_and_end(page, cast, membership):
    nora, where = page("nora"), f"/orgs/{cast.northwind.pk}/members/"

    assert nora.post(where, {"email": "", "role": "member"}).status_code == 422
    assert nora.post(where, {"email": cast.nils.user.email, "role": "member"}).status_code == 422
    assert nora.post(where, {"email": "x@y.example", "role": "member"}).status_code == 302
    assert "x@y.example" in nora.get(where).content.decode()
    assert page("nils").post(where, {"email": "z@y.example", "role": "member"}).status_code == 403

    nils = membership("nils")
    said = {"role": "admin", "title": "Lead", "department": "", "manager": ""}
    assert nora.post(f"/members/{nils.pk}/place/", said).status_code == 302
    assert (nils.fresh().role, nils.fresh().manager_id) == ("admin", None)
    assert nora.post(f"/members/{nils.pk}/ending/", {"handover": str(cast.nora.user_id)}).status_code == 302
    assert not nils.fresh().is_active


def test_a_page_takes_an_invitation_back(page, cast):
    offer = invite_member(actor=cast.nora, organization=cast.northwind, email="x@y.example")

    assert page("sol").post(f"/invitations/{offer.pk}/revocation/").status_code == 404
    assert page("nora").post(f"/invitations/{offer.pk}/revocation/").status_code == 302
    assert offer.fresh().state == "revoked"


@pytest.mark.parametrize("door", ["api", "page"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(api, page, cast, door):
    ask = api("nora").get if door == "api" else page("nora").get
    where = f"{'' if door == 'api' else '/'}orgs/{cast.northwind.pk}/members/"
    ask(where)  # what is learned once is learned

    def cost():
        with CaptureQueriesContext(connection) as told:
            assert ask(where).status_code == 200
        return len(told)

    few = cost()
    crowd(cast.northwind, 1000)

    assert cost() == few


def test_a_department_of_many_comes_a_page_at_a_time(page, cast):
    place = Department.objects.create(organization=cast.northwind, name="Everybody else")
    crowd(cast.northwind, 120)
    Membership.objects.filter(user__email__endswith="@crowd.example").update(department=place)
    where = f"/orgs/{cast.northwind.pk}/departments/?department={place.pk}"

    first = page("nora").get(where)

    assert (len(first.context["people"]), first.context["count"]) == (50, 120)
    assert len(page("nora").get(f"{where}&page=3").context["people"]) == 20


def crowd(organization, count):
    people = User.objects.bulk_create(
        User(email=f"p{one}@crowd.example", name=f"Person {one}", password="!") for one in range(count)
    )
    Membership.objects.bulk_create(Membership(organization=organization, user=one) for one in people)
