from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections

from accounts.models import User
from kernel.acting import acting
from kernel.actor import Actor
from orgs.errors import InvitationClosed, WrongAddress
from orgs.models import Invitation, Membership, Organization, Partnership
from orgs.operations import (
    accept_invitation,
    change_membership,
    expire_invitation,
    invite_member,
    propose_partnership,
    revoke_invitation,
)
from orgs.tasks import expire_all


@pytest.fixture
def offer(cast, newcomer):
    return invite_member(actor=cast.nora, organization=cast.northwind, email=newcomer.user.email)


def test_it_works_once(api, offer, newcomer):
    wen, where = api(newcomer), f"invitations/{offer.token}/acceptance/"

    assert wen.post(where).status_code == 200
    again = wen.post(where)

    assert (again.status_code, again.json()["code"]) == (409, "invitation_closed")


def test_of_two_who_press_at_once_one_finds_it_closed(transactional_db, cast, newcomer):
    offer = invite_member(actor=cast.nora, organization=cast.northwind, email=newcomer.user.email)
    start, told = Barrier(2), []

    def press():
        start.wait()
        try:
            told.append(accept_invitation(actor=newcomer, invitation=offer))
        except InvitationClosed:
            told.append(None)
        finally:
            with acting(newcomer):
                connections.close_all()

    presses = [Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert len(told) == 2
    assert told.count(None) == 1
    assert Membership.objects.filter(user=newcomer.user).count() == 1


def test_it_is_bound_to_the_proved_address(api, cast, offer):
    assert api("otto").post(f"invitations/{offer.token}/acceptance/").json()["code"] == "wrong_address"
    unproved = User.objects.create_user("new@fresh.example", "x", name="N", verified=False)
    other = invite_member(actor=cast.nora, organization=cast.northwind, email=unproved.email)

    with pytest.raises(WrongAddress):
        accept_invitation(actor=Actor.person(unproved), invitation=other)
    assert offer.fresh().is_open


def test_strangers_read_it_and_sign_in_to_accept(api, offer):
    assert api(None).get(f"invitations/{offer.token}/").status_code == 200
    assert api(None).post(f"invitations/{offer.token}/acceptance/").status_code == 401
    assert api(None).get(f"invitations/{uuid4()}/").status_code == 404
    assert api(None).get("invitations/no.such.token/").status_code == 404


def test_after_its_time_it_opens_nothing(api, offer, newcomer, lapse):
    lapse(offer)

    assert api(None).get(f"invitations/{offer.token}/").json()["state"] == "expired"
    assert api(newcomer).post(f"invitations/{offer.token}/acceptance/").json()["code"] == "invitation_closed"
    expire_all()
    assert offer.fresh().state == "expired"
    assert expire_invitation(actor=Actor.system("orgs.clock"), invitation=offer) is False


def test_it_can_be_taken_back_once_and_by_whom_it_concerns(api, cast, offer, newcomer):
    where = f"orgs/{cast.northwind.pk}/invitations/{offer.pk}/"

    assert api("sol").delete(where).status_code == 404
    assert api("nils").delete(where).status_code == 404
    assert [
        one["id"] for one in api("nora").get(f"orgs/{cast.northwind.pk}/invitations/").json()["results"]
    ] == [str(offer.pk)]
    assert api("nora").delete(where).status_code == 204
    with pytest.raises(InvitationClosed):
        revoke_invitation(actor=cast.nora, invitation=offer)
    assert api(newcomer).post(f"invitations/{offer.token}/acceptance/").status_code == 409


def test_nobody_receives_more_than_the_inviter_may_give_on_the_day(cast, membership, newcomer):
    change_membership(actor=cast.nora, membership=membership("nils"), role="admin")
    offer = invite_member(
        actor=cast.nils, organization=cast.northwind, email=newcomer.user.email, role="admin"
    )
    change_membership(actor=cast.nora, membership=membership("nils"), role="member")

    with pytest.raises(InvitationClosed):
        accept_invitation(actor=newcomer, invitation=offer)


@pytest.mark.parametrize("said", [{"org": str(uuid4())}, {"spare": 1}])
def test_a_member_needs_no_words(api, offer, newcomer, said):
    assert api(newcomer).post(f"invitations/{offer.token}/acceptance/", said).status_code == 422
    assert offer.fresh().is_open


# ── A company that is not here yet ───────────────────────────────────────────
@pytest.fixture
def offered(cast, newcomer, letter_to):
    propose_partnership(
        actor=cast.nora, organization=cast.northwind, partner=newcomer.user.email, kind="customer"
    )
    return letter_to(newcomer.user.email)


def test_a_company_registers_and_accepts_in_one_go(api, cast, newcomer, offered):
    said = {"name": "Fresh", "slug": "fresh"}
    answer = api(newcomer).post(f"invitations/{offered}/acceptance/", said)

    assert answer.status_code == 200
    partnership = Partnership.objects.get(pk=answer.json()["partnership"])
    assert (partnership.state, partnership.partner.slug) == ("active", "fresh")
    assert Membership.objects.get(user=newcomer.user).role == "owner"


def test_a_taken_name_registers_nothing_and_leaves_the_offer_open(api, newcomer, offered):
    said = {"name": "Fresh", "slug": "northwind"}

    assert api(newcomer).post(f"invitations/{offered}/acceptance/", said).json()["code"] == "slug_taken"
    assert not Membership.objects.filter(user=newcomer.user).exists()
    assert Invitation.objects.by_token(offered).get().is_open


def test_an_organization_that_one_steers_may_accept(api, cast, letter_to):
    propose_partnership(
        actor=cast.sol, organization=cast.southbay, partner=cast.eve.user.email, kind="alliance"
    )
    token = letter_to(cast.eve.user.email)

    assert api("eve").post(f"invitations/{token}/acceptance/").json()["errors"][0]["pointer"] == "/org"
    answer = api("eve").post(f"invitations/{token}/acceptance/", {"org": str(cast.eastgate.pk)})

    assert answer.json()["partner"]["name"] == cast.eastgate.name


def test_taking_the_offer_back_withdraws_the_proposal(cast, offered):
    offer = Invitation.objects.by_token(offered).get()

    revoke_invitation(actor=cast.nora, invitation=offer)

    assert offer.partnership.fresh().state == "ended"


# ── The page before the door ─────────────────────────────────────────────────
def test_the_gate_is_open_to_strangers_and_vouches_for_the_address(page, offer):
    browser = page(None)
    shown = browser.get(f"/invitations/{offer.token}/")

    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert browser.session["account_verified_email"] == offer.email
    assert browser.post(f"/invitations/{offer.token}/").headers["Location"].startswith("/sign-in/?next=")
    assert browser.get("/invitations/nothing/").status_code == 404


def test_a_closed_letter_vouches_for_nothing(page, offer, lapse):
    lapse(offer)
    browser = page(None)

    assert browser.get(f"/invitations/{offer.token}/").status_code == 200
    assert "account_verified_email" not in browser.session


def test_the_gate_lets_the_right_one_in(page, cast, offer, newcomer):
    assert page("otto").post(f"/invitations/{offer.token}/").status_code == 403
    assert "Another account" in page("otto").get(f"/invitations/{offer.token}/").content.decode()

    wen = page(newcomer)
    assert wen.get(f"/invitations/{offer.token}/").status_code == 200
    assert wen.post(f"/invitations/{offer.token}/").headers["Location"] == "/"
    assert wen.session["org"] == str(cast.northwind.pk)
    assert wen.post(f"/invitations/{offer.token}/").headers["Location"] == f"/invitations/{offer.token}/"


def test_the_gate_registers_a_company(page, newcomer, offered):
    wen = page(newcomer)
    where = f"/invitations/{offered}/"
    assert wen.get(where).status_code == 200

    assert wen.post(where, {"name": "Fresh", "slug": "northwind", "kind": "company"}).status_code == 422
    done = wen.post(where, {"name": "Fresh", "slug": "fresh", "kind": "company"})

    fresh = Organization.objects.get(slug="fresh")
    assert done.headers["Location"] == f"/partnerships/{fresh.as_partner.get().pk}/"
    assert wen.get(done.headers["Location"]).status_code == 200


def test_another_account_signs_out_and_comes_back(page, offer):
    otto = page("otto")

    assert otto.post(f"/invitations/{offer.token}/other-account/").status_code == 302
    assert "_auth_user_id" not in otto.session
