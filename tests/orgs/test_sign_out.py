"""An organization ends what its people, and the outsiders it vouches for, have open; they are told, and come back."""

import pytest

from accounts.models import Session, Token
from audit.models import Entry
from audit.tasks import seal
from kernel.errors import NotAllowed
from notifications.models import Delivery, Notice
from orgs.models import Contact, Membership
from orgs.operations import (
    block_contact,
    change_membership,
    end_membership,
    sign_contact_out,
    sign_member_out,
)


def test_a_member_is_signed_out_everywhere_and_told_and_may_come_back(api, page, cast, membership):
    nora, browser, program = api("nora"), page("nils"), api("nils")
    assert browser.get("/inbox/").status_code == program.get("me/").status_code == 200, "premise: Nils is in"

    assert nora.delete(f"members/{membership('nils').pk}/sessions/").status_code == 204

    assert browser.get("/inbox/").status_code == 302
    assert program.get("me/").status_code == 401
    assert not Session.objects.living(cast.nils.user.fresh()).exists()
    assert membership("nils").is_active
    assert nora.get("me/").status_code == 200, "who asked for it goes on"
    seal()
    told = Notice.objects.get(event_name="orgs.member_signed_out", recipient=cast.nils.user)
    assert (told.kind, told.url) == ("account", "/settings/sessions/")
    assert Delivery.objects.filter(notice=told).exists()
    entry = Entry.objects.get(name="orgs.member_signed_out", chain__noun_id=cast.northwind.pk)
    assert entry.payload["sessions"] == 1
    assert entry.payload["tokens"] >= 1
    again = page()
    again.force_login(cast.nils.user.fresh())
    assert again.get("/inbox/").status_code == 200


def test_a_token_for_another_organization_goes_on(api, cast, membership):
    here = membership("nils")
    Membership.objects.create(organization=cast.southbay, user=cast.nils.user)
    kept = Token.objects.create(
        user=cast.nils.user, name="t", digest=f"{1:64}", prefix="x", epoch=1, org_id=cast.southbay.pk
    )

    sign_member_out(actor=cast.nora, membership=here)

    assert set(Token.objects.living().filter(user=cast.nils.user)) == {kept}


@pytest.mark.parametrize("who", ["nils", "ada"])
def test_only_those_who_steer_may_and_nobody_themselves(who, api, cast, membership):
    where = f"members/{membership('nora').pk}/sessions/"

    for name in (who, "nora"):
        answer = api(name).delete(where)
        assert (answer.status_code, answer.json()["rule"]) == (403, "orgs.sign_member_out")
    assert api("sol").delete(where).status_code == 404


def test_an_admin_signs_no_owner_out_and_nobody_who_has_left(api, cast, membership):
    change_membership(actor=cast.nora, membership=membership("nils"), role="admin")
    with pytest.raises(NotAllowed):
        sign_member_out(actor=cast.nils, membership=membership("nora"))
    sign_member_out(actor=cast.nils, membership=membership("ada"))

    end_membership(actor=cast.nora, membership=membership("ada"))

    assert (
        api("nora").delete(f"members/{membership('ada').pk}/sessions/").json()["code"] == "membership_ended"
    )


def test_an_outsider_is_signed_out_by_those_who_vouch_for_them_and_told(api, page, cast):
    gale = Contact.objects.get(organization=cast.northwind, user=cast.gale.user)
    browser, program = page("gale"), api("gale")
    assert browser.get("/inbox/").status_code == program.get("me/").status_code == 200, "premise: Gale is in"
    assert api("nils").delete(f"contacts/{gale.pk}/sessions/").json()["rule"] == "orgs.sign_contact_out"
    assert api("sol").delete(f"contacts/{gale.pk}/sessions/").status_code == 404

    assert api("nora").delete(f"contacts/{gale.pk}/sessions/").status_code == 204

    assert browser.get("/inbox/").status_code == 302
    assert program.get("me/").status_code == 401
    assert gale.fresh().state == Contact.State.ACTIVE
    seal()
    assert Notice.objects.filter(event_name="orgs.contact_signed_out", recipient=cast.gale.user).exists()
    payload = Entry.objects.get(name="orgs.contact_signed_out", chain__noun_id=cast.northwind.pk).payload
    assert not {"sessions", "tokens"} & set(payload), "they may work for somebody else as well"


def test_who_is_not_inside_has_nothing_open(api, cast, contact_in):
    block_contact(actor=cast.nora, contact=Contact.objects.get(user=cast.gale.user))

    for state in ("blocked", "invited", "draft"):
        answer = api("nora").delete(f"contacts/{contact_in(state).pk}/sessions/")
        assert answer.json()["code"] == "contact_closed"


def test_the_pages_offer_it_where_it_is_allowed(page, cast, membership):
    nils, nora = membership("nils"), membership("nora")
    gale = Contact.objects.get(organization=cast.northwind, user=cast.gale.user)
    people, outsiders = f"/orgs/{cast.northwind.pk}/members/", f"/orgs/{cast.northwind.pk}/contacts/"
    theirs = {
        f"{people}?member={nils.pk}": f"/members/{nils.pk}/sessions/ending/",
        f"{outsiders}?contact={gale.pk}": f"/contacts/{gale.pk}/sessions/ending/",
    }
    browser = page("nora")
    assert "sessions/ending" not in browser.get(f"{people}?member={nora.pk}").content.decode()
    for where, act in theirs.items():
        assert act in browser.get(where).content.decode()
        assert act not in page("nils").get(where).content.decode()
        answer = browser.post(act, follow=True)
        assert "Sessions, tokens and sockets are closed." in answer.content.decode()
    assert sign_contact_out(actor=cast.nora, contact=gale).pk == gale.pk
