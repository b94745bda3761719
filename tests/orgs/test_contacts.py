from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.actor import Actor
from kernel.errors import NotAllowed
from notifications.models import Delivery
from orgs.errors import AlreadyMember, ContactClosed, ContactKnown
from orgs.models import Contact
from orgs.operations import (
    accept_invitation,
    block_contact,
    change_membership,
    decide_contact,
    expire_contact,
    invite_contact,
    propose_contact,
    submit_contact,
    unblock_contact,
)
from orgs.tasks import expire_all


@pytest.fixture
def said(in_a_month):
    end = in_a_month.isoformat()
    return {"name": "Wen", "email": "wen@fresh.example", "company": "Fresh", "expires_at": end}


def test_a_member_proposes_an_owner_approves_and_the_contact_comes_in(api, cast, said, newcomer, letter_to):
    where = f"orgs/{cast.northwind.pk}/contacts/"
    contact = api("nils").post(where, said).json()
    assert (contact["state"], contact["sponsor"]["name"]) == ("awaiting_approval", cast.nils.name)
    assert not Delivery.objects.filter(to="wen@fresh.example").exists(), "no mail before the approval"

    own = api("nils").post(f"contacts/{contact['id']}/approval/", {"decision": "approve"})
    assert (own.status_code, own.json()["rule"]) == (403, "orgs.decide_contact")

    approved = api("nora").post(f"contacts/{contact['id']}/approval/", {"decision": "approve"})
    assert (approved.status_code, approved.json()["state"]) == (200, "invited")
    taken = api(newcomer).post(f"invitations/{letter_to('wen@fresh.example')}/acceptance/")

    assert taken.json()["contact"] == contact["id"]
    inside = api("nora").get(f"contacts/{contact['id']}/").json()
    assert (inside["state"], inside["user"]["name"]) == ("active", "Wen")
    assert api(newcomer).get("me/").json()["memberships"] == []
    assert api(newcomer).get(f"orgs/{cast.northwind.pk}/members/").status_code == 403


def test_the_proposer_decides_only_where_there_is_nobody_else(cast, membership, in_a_month):
    def proposed(email):
        return propose_contact(
            actor=cast.nora,
            organization=cast.northwind,
            name="W",
            email=email,
            company="F",
            expires_at=in_a_month,
        )

    first, second = proposed("a@f.example"), proposed("b@f.example")
    assert decide_contact(actor=cast.nora, contact=first, decision="approve").state == "invited"

    change_membership(actor=cast.nora, membership=membership("nils"), role="admin")

    with pytest.raises(NotAllowed):
        decide_contact(actor=cast.nora, contact=second, decision="approve")
    assert decide_contact(actor=cast.nils, contact=second, decision="approve").state == "invited"


def test_the_second_to_decide_finds_it_closed(cast, contact_in):
    contact = contact_in("awaiting_approval")
    decide_contact(actor=cast.nora, contact=contact, decision="reject", comment="Who is this?")

    with pytest.raises(ContactClosed):
        decide_contact(actor=cast.nora, contact=contact, decision="approve")

    again = contact.fresh()
    assert (again.state, again.comment) == ("draft", "Who is this?")
    assert submit_contact(actor=cast.nils, contact=again).state == "awaiting_approval"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"expires_at": None}, "/expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"email": "x"}, "/email"),
        ({"sponsor": str(uuid4())}, "/sponsor"),
        ({"tags": "a"}, "/tags"),
        ({"state": "active"}, "/state"),
        ({"name": "\x00"}, "/name"),
    ],
)
def test_what_does_not_fit_is_pointed_at(api, cast, said, change, pointer):
    answer = api("nils").post(f"orgs/{cast.northwind.pk}/contacts/", said | change)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Contact.objects.filter(email="wen@fresh.example").exists()


def test_an_address_is_known_once_and_no_member_is_an_outsider(cast, in_a_month):
    terms = {"organization": cast.northwind, "name": "W", "company": "F", "expires_at": in_a_month}

    with pytest.raises(ContactKnown):
        propose_contact(actor=cast.nils, email="J.Weber@ACME.example", **terms)
    with pytest.raises(AlreadyMember):
        propose_contact(actor=cast.nils, email=cast.nora.user.email, **terms)


def test_auditors_and_outsiders_propose_and_see_nobody(api, cast, said, contact_in):
    where, one = f"orgs/{cast.northwind.pk}/contacts/", f"contacts/{contact_in('active').pk}/"

    assert api("ada").post(where, said).status_code == 403
    assert api("ada").get(where).json()["rule"] == "orgs.see_work"
    assert api("ada").get(one).status_code == 404
    assert api("otto").get(where).status_code == 404
    foreign, missing = api("sol").get(one), api("sol").get(f"contacts/{uuid4()}/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_a_new_invitation_voids_the_one_before(api, cast, contact_in, letter_to):
    contact = contact_in("invited")
    before = letter_to(contact.email)

    again = api("nils").post(f"contacts/{contact.pk}/invitation/")

    assert again.status_code == 200
    assert api(None).get(f"invitations/{before}/").json()["state"] == "revoked"
    assert api(None).get(f"invitations/{letter_to(contact.email)}/").json()["state"] == "open"
    assert (
        api("nils").post(f"contacts/{contact_in('draft').pk}/invitation/").json()["code"] == "contact_closed"
    )


def test_taking_the_invitation_back_makes_a_draft(api, contact_in):
    contact = contact_in("invited")

    assert api("nils").delete(f"contacts/{contact.pk}/invitation/").status_code == 403, "Nora sent it"
    assert api("nora").delete(f"contacts/{contact.pk}/invitation/").status_code == 204
    assert contact.fresh().state == "draft"
    assert api("nora").delete(f"contacts/{contact.pk}/invitation/").status_code == 409


def test_whose_time_is_over_needs_a_new_end_and_a_member_a_new_approval(cast, contact_in, in_a_month, api):
    contact = contact_in("expired")

    assert api("nora").post(f"contacts/{contact.pk}/invitation/").status_code == 422
    asked = invite_contact(actor=cast.nora, contact=contact, expires_at=in_a_month)
    assert asked.state == "invited"

    Contact.objects.filter(pk=contact.pk).update(state="expired", sponsor=cast.nils.user)
    asked = invite_contact(actor=cast.nils, contact=contact, expires_at=in_a_month + timedelta(days=1))
    assert asked.state == "awaiting_approval"


def test_blocked_is_shut_out_and_comes_back_if_there_is_time(api, cast, contact_in):
    gale = contact_in("active")
    assert api("nils").put(f"contacts/{gale.pk}/block/").status_code == 403

    assert api("nora").put(f"contacts/{gale.pk}/block/").json()["state"] == "blocked"
    assert api("gale").get(f"orgs/{cast.northwind.pk}/").status_code == 404
    assert api("nora").put(f"contacts/{gale.pk}/block/").status_code == 409
    assert unblock_contact(actor=cast.nora, contact=gale).state == "active"

    Contact.objects.filter(pk=gale.pk).update(expires_at=timezone.now())
    block_contact(actor=cast.nora, contact=gale)
    assert unblock_contact(actor=cast.nora, contact=gale).state == "draft"


def test_blocking_voids_the_open_invitation(cast, contact_in, letter_to, api):
    contact = contact_in("invited")
    token = letter_to(contact.email)

    block_contact(actor=cast.nora, contact=contact)

    assert api(None).get(f"invitations/{token}/").json()["state"] == "revoked"


def test_the_clock_ends_whose_time_is_over_once(contact_in):
    gale = contact_in("active")
    Contact.objects.filter(pk=gale.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    expire_all()

    assert gale.fresh().state == "expired"
    assert expire_contact(actor=Actor.system("orgs.clock"), contact=gale) is False


def test_an_invitation_to_somebody_whose_access_is_over_opens_nothing(cast, contact_in, newcomer, in_a_month):
    contact = propose_contact(
        actor=cast.nils,
        organization=cast.northwind,
        name="W",
        email=newcomer.user.email,
        company="F",
        expires_at=in_a_month,
    )
    contact = decide_contact(actor=cast.nora, contact=contact, decision="approve")
    Contact.objects.filter(pk=contact.pk).update(expires_at=timezone.now())

    with pytest.raises(Exception, match="invitation_closed"):
        accept_invitation(actor=newcomer, invitation=contact.invitations.get())


def test_changes_before_and_after_the_approval(api, contact_in, in_a_month):
    waiting, inside = contact_in("awaiting_approval"), contact_in("active")
    later = {"expires_at": in_a_month.isoformat()}

    assert api("nils").patch(f"contacts/{waiting.pk}/", {"company": "Acme AG"}).json()["company"] == "Acme AG"
    assert api("nils").patch(f"contacts/{inside.pk}/", {"title": "Lab lead"}).status_code == 200
    assert api("nils").patch(f"contacts/{inside.pk}/", later).status_code == 403
    assert api("nora").patch(f"contacts/{inside.pk}/", later).status_code == 200
    assert api("nora").patch(f"contacts/{inside.pk}/", {"email": "other@x.example"}).status_code == 409


def test_the_list_is_searched_and_narrowed(api, cast):
    nora, where = api("nora"), f"orgs/{cast.northwind.pk}/contacts/"
    listed = nora.get(where).json()["results"]

    assert {one["state"] for one in listed} == set(Contact.State.values)
    assert [one["name"] for one in nora.get(f"{where}?q=okafor").json()["results"]] == ["Gale Okafor"]
    assert len(nora.get(f"{where}?state=awaiting_approval").json()["results"]) == 2
    assert nora.get(f"{where}?state=gone").status_code == 422
    assert nora.get(f"{where}?sponsor=x").status_code == 422


def test_pages_propose_decide_invite_and_block(page, cast, contact_in):
    nora, nils, where = page("nora"), page("nils"), f"/orgs/{cast.northwind.pk}/contacts/"
    end = (timezone.localdate() + timedelta(days=20)).isoformat()
    said = {"name": "Wen", "email": "wen@fresh.example", "company": "Fresh", "ends_on": end}

    assert nils.post(where, said | {"ends_on": "2020-01-01"}).status_code == 422
    assert nils.post(where, said | {"email": "j.weber@acme.example"}).status_code == 422
    assert nils.post(where, said | {"tags": "a, b"}).status_code == 302
    wen = Contact.objects.get(email="wen@fresh.example")
    assert (wen.state, wen.tags, timezone.localdate(wen.expires_at).isoformat()) == (
        "awaiting_approval",
        ["a", "b"],
        end,
    )
    assert "Approve" not in nils.get(f"{where}?contact={wen.pk}").content.decode()
    assert "Approve" in nora.get(f"{where}?contact={wen.pk}").content.decode()
    assert nils.post(f"/contacts/{wen.pk}/approval/", {"decision": "approve"}).status_code == 403

    for act, state in (
        ("approval", "invited"),
        ("invitation", "invited"),
        ("invitation/removal", "draft"),
        ("submission", "awaiting_approval"),
        ("block", "blocked"),
        ("block/removal", "draft"),
    ):
        assert nora.post(f"/contacts/{wen.pk}/{act}/", {"decision": "approve"}).status_code == 302, act
        assert wen.fresh().state == state, act
    assert page("sol").post(f"/contacts/{wen.pk}/block/").status_code == 404
    assert page("ada").get(where).status_code == 403


@pytest.mark.parametrize("narrow", ["", "?state=active", "?q=o", "?mine=true", "?soon=true", "?contact=x"])
def test_the_page_shows_what_it_is_narrowed_to(page, cast, narrow):
    assert page("nora").get(f"/orgs/{cast.northwind.pk}/contacts/{narrow}").status_code == 200
