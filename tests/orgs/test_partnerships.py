from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from kernel.acting import acting
from kernel.errors import NotAllowed
from orgs.errors import (
    AgreementClosed,
    AlreadySigned,
    NotTheSuspender,
    PartnershipClosed,
    PartnershipStands,
    TextChanged,
)
from orgs.models import Agreement, Partnership
from orgs.operations import (
    accept_partnership,
    end_partnership,
    propose_agreement,
    propose_partnership,
    resume_partnership,
    sign_agreement,
    suspend_partnership,
    terminate_agreement,
)
from orgs.tasks import expire_all
from workspaces.models import Member


@pytest.fixture
def terms():
    today = timezone.now().date()
    return {
        "kind": "nda",
        "title": "Mutual NDA",
        "body": "We keep it to ourselves.",
        "classes": ["confidential"],
        "purpose": "Apollo",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=90)).isoformat(),
    }


@pytest.fixture
def agreement(cast, partnership, terms):
    dates = {name: timezone.datetime.fromisoformat(terms[name]).date() for name in ("starts_on", "ends_on")}
    return propose_agreement(actor=cast.nora, partnership=partnership, **terms | dates)


# ── Partnerships ─────────────────────────────────────────────────────────────
def test_the_side_that_was_asked_accepts(api, proposal):
    where = f"partnerships/{proposal.pk}/acceptance/"

    assert api("nora").post(where).json()["rule"] == "orgs.answer_partnership"
    assert api("sol").post(where).status_code == 404
    assert api("eve").post(where).json()["state"] == "active"
    assert api("eve").post(where).json()["code"] == "partnership_closed"


def test_of_two_who_accept_at_once_one_finds_it_closed(transactional_db, cast, proposal):
    start, told, eve = Barrier(2), [], cast.eve

    def press():
        start.wait()
        try:
            told.append(accept_partnership(actor=eve, partnership=proposal).state)
        except PartnershipClosed:
            told.append("closed")
        finally:
            with acting(eve):
                connections.close_all()

    presses = [Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert sorted(told) == ["active", "closed"]


@pytest.mark.parametrize("path", ["", "refusal/"])
def test_the_side_that_was_asked_declines(api, proposal, path):
    eve = api("eve")
    answer = (
        eve.post(f"partnerships/{proposal.pk}/{path}", {"reason": "Not now"})
        if path
        else eve.delete(f"partnerships/{proposal.pk}/")
    )

    assert answer.status_code in (200, 204)
    assert proposal.fresh().state == "declined"


def test_the_proposer_withdraws(api, proposal):
    assert api("nora").delete(f"partnerships/{proposal.pk}/").status_code == 204
    assert proposal.fresh().state == "ended"


@pytest.mark.parametrize("name", ["slug", "id"])
def test_a_partner_is_named_by_id_or_short_name(api, cast, name):
    partner = cast.eastgate.slug if name == "slug" else str(cast.eastgate.pk)
    answer = api("sol").post(
        f"orgs/{cast.southbay.pk}/partnerships/", {"partner": partner, "kind": "alliance"}
    )

    assert answer.status_code == 201
    assert answer.json()["partner"]["name"] == cast.eastgate.name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"partner": "southbay", "kind": "supplier"}, 409),
        ({"partner": "northwind", "kind": "supplier"}, 422),
        ({"partner": "no-such-company", "kind": "supplier"}, 422),
        ({"partner": str(uuid4()), "kind": "supplier"}, 422),
        ({"partner": "eastgate", "kind": "rival"}, 422),
        ({"partner": "eastgate"}, 422),
        ({"partner": ["eastgate"], "kind": "supplier"}, 422),
    ],
)
def test_what_cannot_be_proposed(api, cast, said, code):
    answer = api("nora").post(f"orgs/{cast.northwind.pk}/partnerships/", said)

    assert answer.status_code == code


def test_a_member_proposes_nothing_and_crossing_proposals_meet(api, cast):
    said = {"partner": "eastgate", "kind": "supplier"}

    assert api("nils").post(f"orgs/{cast.northwind.pk}/partnerships/", said).status_code == 403
    with pytest.raises(PartnershipStands):
        propose_partnership(
            actor=cast.eve, organization=cast.eastgate, partner=cast.northwind, kind="customer"
        )


def test_only_the_side_that_suspended_resumes(api, cast, partnership):
    paused = api("sol").put(f"partnerships/{partnership.pk}/suspension/", {"reason": "Audit"})
    assert paused.json()["suspended_by"]["name"] == cast.southbay.name

    with pytest.raises(NotTheSuspender):
        resume_partnership(actor=cast.nora, partnership=partnership)
    assert (
        api("nora").delete(f"partnerships/{partnership.pk}/suspension/").json()["code"] == "not_the_suspender"
    )
    with pytest.raises(PartnershipClosed):
        suspend_partnership(actor=cast.nora, partnership=partnership)

    assert api("sol").delete(f"partnerships/{partnership.pk}/suspension/").status_code == 204
    assert partnership.fresh().state == "active"
    with pytest.raises(PartnershipClosed):
        resume_partnership(actor=cast.sol, partnership=partnership)


def test_ending_ends_the_agreements_and_nothing_comes_after(cast, partnership):
    assert partnership.agreements.filter(state="in_force").exists(), "premise: one is in force"

    end_partnership(actor=cast.sol, partnership=partnership)

    assert not partnership.agreements.exclude(state="terminated").exists()
    for verb in (end_partnership, suspend_partnership, resume_partnership):
        with pytest.raises(PartnershipClosed):
            verb(actor=cast.nora, partnership=partnership)
    again = propose_partnership(
        actor=cast.nora, organization=cast.northwind, partner=cast.southbay, kind="supplier"
    )
    assert again.state == "proposed"


def test_each_side_chooses_its_own_coordinators(api, cast, partnership):
    where = f"partnerships/{partnership.pk}/"
    before = set(partnership.coordinators)
    assert cast.sol.user_id in before, "premise: Sol answers for Southbay"

    kept = api("nora").patch(where, {"coordinators": [str(cast.nils.user_id)]}).json()["coordinators"]

    assert {one["name"] for one in kept} == {cast.sol.name, cast.nils.name}
    assert api("nora").patch(where, {"coordinators": [str(cast.sia.user_id)]}).status_code == 422
    assert api("nils").patch(where, {"coordinators": []}).status_code == 403


def test_partners_see_who_steers_and_no_others(api, cast, partnership):
    Member.objects.filter(user=cast.sia.user).delete()  # else Nora meets her in the room that they share
    seen = {one["name"] for one in api("nils").get(f"partnerships/{partnership.pk}/").json()["people"]}

    assert seen == {cast.nora.name, cast.sol.name}
    assert type(cast.sia.user).objects.visible_to(cast.nora).filter(pk=cast.sol.user_id).exists()
    assert not type(cast.sia.user).objects.visible_to(cast.nora).filter(pk=cast.sia.user_id).exists()


@pytest.mark.parametrize("who", ["ada", "eve", "gale", "otto"])
def test_auditors_and_others_see_no_partnership(api, partnership, who):
    asked = api(who)
    where, nowhere = f"partnerships/{partnership.pk}/", f"partnerships/{uuid4()}/"
    answers = [asked.get(one) for one in (where, f"{where}agreements/", nowhere)]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1


# ── Agreements ───────────────────────────────────────────────────────────────
def test_it_is_in_force_when_both_have_signed(api, partnership, terms):
    made = api("nora").post(f"partnerships/{partnership.pk}/agreements/", terms)
    assert (made.status_code, made.json()["state"], made.json()["in_force"]) == (
        201,
        "awaiting_signatures",
        False,
    )
    where = f"agreements/{made.json()['id']}/signature/"

    one = api("nora").post(where, {"full_name": "Nora Lindqvist", "text_hash": made.json()["text_hash"]})
    assert (one.status_code, one.json()["in_force"]) == (201, False)
    assert api("nora").post(where).json()["code"] == "already_signed"
    assert api("sia").post(where).json()["rule"] == "orgs.sign_agreement"

    both = api("sol").post(where).json()
    assert (both["state"], both["in_force"]) == ("in_force", True)
    assert {one["text_hash"] for one in both["signatures"]} == {made.json()["text_hash"]}


def test_signed_ahead_it_waits_for_its_first_day(cast, agreement):
    tomorrow = timezone.now().date() + timedelta(days=1)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=tomorrow)
    for who in (cast.nora, cast.sol):
        sign_agreement(actor=who, agreement=agreement, full_name=who.name)
    assert agreement.fresh().state == "awaiting_signatures"

    expire_all()
    assert agreement.fresh().state == "awaiting_signatures"
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=timezone.now().date())
    expire_all()

    assert agreement.fresh().is_in_force


def test_after_its_last_day_it_expires(agreement):
    long_ago = timezone.now().date() - timedelta(days=9)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=long_ago, ends_on=long_ago + timedelta(days=1))

    expire_all()
    expire_all()

    assert agreement.fresh().state == "expired"


def test_what_is_over_or_other_than_read_is_not_signed(cast, agreement):
    with pytest.raises(TextChanged):
        sign_agreement(actor=cast.nora, agreement=agreement, full_name="N", text_hash="0" * 64)
    with pytest.raises(NotAllowed):
        sign_agreement(actor=cast.nils, agreement=agreement, full_name="N")
    sign_agreement(actor=cast.nora, agreement=agreement, full_name="N")
    with pytest.raises(AlreadySigned):
        sign_agreement(actor=cast.nora, agreement=agreement, full_name="N")
    terminate_agreement(actor=cast.sol, agreement=agreement)
    with pytest.raises(AgreementClosed):
        sign_agreement(actor=cast.sol, agreement=agreement, full_name="S")
    with pytest.raises(AgreementClosed):
        terminate_agreement(actor=cast.sol, agreement=agreement)


def test_a_draft_is_its_own_sides_until_it_is_laid_open(api, partnership, terms):
    draft = api("nora").post(f"partnerships/{partnership.pk}/agreements/", terms | {"draft": True}).json()
    where = f"agreements/{draft['id']}/"

    assert api("sol").get(where).status_code == 404
    assert api("nora").post(f"{where}signature/").json()["code"] == "agreement_closed"
    assert api("nora").patch(where, {"title": "NDA", "state": "awaiting_signatures"}).status_code == 200
    assert api("sol").get(where).json()["title"] == "NDA"
    assert api("nora").patch(where, {"title": "Other"}).json()["code"] == "agreement_closed"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"ends_on": "2020-01-01"}, "/ends_on"),
        ({"classes": []}, "/classes"),
        ({"classes": ["secret"]}, "/classes/0"),
        ({"kind": "oath"}, "/kind"),
        ({"starts_on": "tomorrow"}, "/starts_on"),
        ({"title": None}, "/title"),
    ],
)
def test_what_does_not_fit_is_pointed_at(api, partnership, terms, change, pointer):
    answer = api("nora").post(f"partnerships/{partnership.pk}/agreements/", terms | change)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_nothing_is_agreed_outside_an_active_partnership(api, proposal, terms):
    assert (
        api("nora").post(f"partnerships/{proposal.pk}/agreements/", terms).json()["code"]
        == "partnership_closed"
    )


# ── Pages ────────────────────────────────────────────────────────────────────
def test_pages_propose_accept_suspend_resume_and_end(page, cast, proposal):
    nora, eve, where = page("nora"), page("eve"), f"/partnerships/{proposal.pk}/"

    assert (
        nora.post(
            f"/orgs/{cast.northwind.pk}/partners/", {"partner": "nobody", "kind": "supplier"}
        ).status_code
        == 422
    )
    asked = nora.post(
        f"/orgs/{cast.northwind.pk}/partners/", {"partner": "a@new.example", "kind": "supplier"}
    )
    assert nora.get(asked.headers["Location"]).status_code == 200
    assert eve.get(f"/orgs/{cast.eastgate.pk}/partners/").status_code == 200
    for act, who, state in (
        ("acceptance", eve, "active"),
        ("suspension", nora, "suspended"),
        ("suspension/removal", nora, "active"),
        ("ending", eve, "ended"),
    ):
        assert who.post(f"{where}{act}/", {"reason": "So"}).status_code == 302
        assert proposal.fresh().state == state, act
        assert who.get(where).status_code == 200
    assert page("sol").get(where).status_code == 404
    assert eve.post(f"{where}refusal/").status_code == 302, "too late is said in a message"


def test_pages_agree_and_sign(page, partnership, terms):
    nora, sol = page("nora"), page("sol")
    where = f"/partnerships/{partnership.pk}/agreements/"

    assert nora.post(where, terms | {"title": ""}).status_code == 422
    made = nora.post(where, terms)
    agreement = Agreement.objects.latest("created_at")
    assert made.headers["Location"] == f"/agreements/{agreement.pk}/"
    said = {"full_name": "Nora", "text_hash": agreement.text_hash}
    assert nora.post(f"/agreements/{agreement.pk}/signature/", said).status_code == 422, "not read"
    for who in (nora, sol):
        assert "text_hash" in who.get(f"/agreements/{agreement.pk}/").content.decode()
        assert who.post(f"/agreements/{agreement.pk}/signature/", said | {"read": "on"}).status_code == 302
    assert agreement.fresh().state == "in_force"
    assert sol.post(f"/agreements/{agreement.pk}/termination/").status_code == 302
    assert agreement.fresh().state == "terminated"
    assert Partnership.objects.get(pk=partnership.pk).state == "active"


def test_the_page_is_named_after_the_other_side(page, cast, partnership):
    assert f"<h1>{cast.southbay.name}</h1>" in strip(page("nora").get(f"/partnerships/{partnership.pk}/"))
    assert f"<h1>{cast.northwind.name}</h1>" in strip(page("sol").get(f"/partnerships/{partnership.pk}/"))


def strip(answer):
    """Return the page without the marks that tell a screen reader of another language."""
    return answer.content.decode().replace('<span lang="zh-Hans">', "").replace("</span></h1>", "</h1>")
