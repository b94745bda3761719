"""The request page offers every action that its viewer has, asks what it needs, and says what stands in the way."""

import re

import pytest
from django.utils.translation import override

from approvals import refusing
from approvals.acts import ACTS
from approvals.dialogs import DIALOGS
from approvals.models import Instance
from approvals.operations import heed_partnerships, return_to
from kernel.actor import Actor
from orgs.models import Partnership
from tests.approvals.conftest import pending, yes
from tests.approvals.test_contracts import SUPPLIER, asked, fragment
from tests.approvals.ways import begun, slots, states, step

PLATFORM = Actor.system("tests")
ELSEWHERE = {
    "submit",
    "discard",
    "take_up",
    "approve",
    "reject",
    "withdraw",
    "comment",
}  # they have places of their own


@pytest.fixture
def menu_of(page):
    """Return what the page offers somebody."""

    def read(who, instance) -> set[str]:
        shown = page(who).get(f"/approvals/{instance.pk}/").content.decode()
        return set(re.findall(rf"/approvals/{instance.pk}/acts/(\w+)/", shown))

    return read


@pytest.fixture
def do(page):
    """Open a dialog as somebody, say what is said, and return the answer."""

    def ask(who, instance, act, **said):
        address = f"/approvals/{instance.pk}/acts/{act}/"
        opened = page(who).get(address)
        html = opened.content.decode()
        assert opened.status_code == 200
        assert 'id="act"' in html
        assert " open" in html[html.index('id="act"') :].partition(">")[0]
        form = html[html.index('id="act"') :]
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form))
        return page(who).post(address, hidden | said)

    return ask


def test_each_side_is_offered_its_own(page, api, menu_of, with_southbay):
    for who, theirs in (("sol", "abstain"), ("nora", "terminate"), ("nils", "remind")):
        can = api(who).get(f"approvals/instances/{with_southbay.pk}/").json()["can"]
        offered = menu_of(who, with_southbay)
        assert offered == {one["action"] for one in can} - ELSEWHERE
        assert theirs in offered
    assert "terminate" not in menu_of("sol", with_southbay)
    assert page("sol").get(f"/approvals/{with_southbay.pk}/acts/terminate/").status_code == 409
    assert page("otto").get(f"/approvals/{with_southbay.pk}/acts/remind/").status_code == 404
    assert page("nora").get(f"/approvals/{with_southbay.pk}/acts/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, refusing.ENDS),
        ({"on_reject": "continue"}, refusing.GOES_ON),
        ({"on_reject": "return:START"}, refusing.GOES_BACK),
    ],
)
def test_before_a_no_it_is_said_what_it_leads_to(cast, page, more, words):
    instance = begun(cast, [step(cast, "one", "nora", **more), step(cast, "two")])
    assert str(words) in page("nora").get(f"/approvals/{instance.pk}/").content.decode()


def test_a_no_of_one_among_many_does_not_end_it(cast, page):
    many = begun(cast, [step(cast, "one", "nora", "nils", mode={"kind": "all", "reject": "all_voted"})])
    assert str(refusing.ONE_OF_SEVERAL) in page("nora").get(f"/approvals/{many.pk}/").content.decode()


def test_a_no_of_a_partner_goes_back_to_who_asked_unless_the_contract_says_otherwise(cast, page):
    contract = asked(cast, SUPPLIER)
    shown = page("sol").get(f"/approvals/{contract.pk}/").content.decode()
    with override("zh-hans"):
        assert str(refusing.GOES_BACK) in shown


def test_a_dialog_names_people_of_the_viewers_side_only(cast, page, with_southbay):
    shown = page("sol").get(f"/approvals/{with_southbay.pk}/acts/transfer/").content.decode()
    dialog = shown[shown.index('id="act"') :]

    assert str(cast.sia.user_id) in dialog
    assert str(cast.nora.user_id) not in dialog


@pytest.mark.parametrize(
    ("act", "said", "after"),
    [
        ("abstain", {}, {"nora": "ABSTAINED"}),
        ("transfer", {"to": "nils"}, {"nora": "TRANSFERRED", "nils": "PENDING"}),
        ("add_before", {"users": "nils", "mode": "any"}, {"nora": "WAITING", "nils": "PENDING"}),
        ("add_after", {"users": "nils", "mode": "all"}, {"nora": "APPROVED", "nils": "PENDING"}),
        ("add_parallel", {"users": "nils"}, {"nora": "PENDING", "nils": "PENDING"}),
        ("reassign", {"to": "nils", "comment": "She is away"}, {"nora": "REMOVED", "nils": "PENDING"}),
    ],
)
def test_what_is_done_in_ones_turn(cast, do, act, said, after):
    request = begun(cast, [step(cast, "first")])
    named = {key: str(cast.nils.user_id) if value == "nils" else value for key, value in said.items()}

    assert do("nora", request, act, **named).status_code == 302
    assert slots(request, "first") == after


def test_back_to_a_step_that_was_passed(cast, do):
    request = begun(cast, [step(cast, "first"), step(cast, "second")])
    yes(cast.nora, request)

    silent = do("nora", request, "return", target="first", way="replay")
    assert silent.status_code == 422
    assert 'id="id_comment_error"' in silent.content.decode()
    assert (
        do("nora", request, "return", target="first", way="replay", comment="Count again").status_code == 302
    )
    assert states(request)["second"] == "RETURNED"
    assert pending(request, cast.nora).run.node == "first"


def test_helpers_and_words_are_taken_back(cast, do):
    request = begun(cast, [step(cast, "first", mode={"kind": "all"})])
    do("nora", request, "add_parallel", users=str(cast.nils.user_id))
    assert do("nora", request, "remove_added").status_code == 302
    assert slots(request, "first") == {"nora": "PENDING", "nils": "REMOVED"}

    other = begun(cast, [step(cast, "both", "nora", "nils", mode={"kind": "all"})], key="other")
    yes(cast.nora, other)
    assert do("nora", other, "retract").status_code == 302
    assert slots(other, "both") == {"nora": "PENDING", "nils": "PENDING"}


def test_values_are_changed_where_the_step_lets_one_and_a_stale_form_is_told(cast, page, do):
    way = [step(cast, "first", fields={"note": "edit", "count": "edit"})]
    request = begun(cast, way, {"note": "old", "count": 3})
    same = do("nora", request, "edit", f_note="old", f_count="3")
    assert same.status_code == 422
    wrong = do("nora", request, "edit", f_note="new", f_count="many")
    assert wrong.status_code == 422
    assert 'id="id_f_count_error"' in wrong.content.decode()
    assert "f_amount" not in wrong.content.decode()

    assert do("nora", request, "edit", f_note="new", f_count="").status_code == 302
    assert request.fresh().form == {"note": "new"}
    stale = do("nora", request, "abstain", form_rev="1")
    assert stale.status_code == 409
    assert 'name="form_rev" value="2"' in stale.content.decode()
    assert slots(request, "first") == {"nora": "PENDING"}


def test_what_was_decided_meanwhile_is_told(cast, page):
    request = begun(cast, [step(cast, "first")])
    slot = pending(request, cast.nora)
    yes(cast.nora, request)
    late = page("nora").post(
        f"/approvals/{request.pk}/acts/abstain/", {"assignment": str(slot.pk), "form_rev": "1"}
    )

    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()


def test_a_returned_request_is_submitted_again_and_an_approved_one_amended(cast, do, page):
    request = begun(cast, [step(cast, "first")], {"note": "old"})
    do("nora", request, "return", target="START", way="replay", comment="Say more")
    assert request.fresh().state == "RETURNED"

    assert do("nils", request, "resubmit", f_note="more").status_code == 302
    assert (request.fresh().state, request.fresh().form) == ("RUNNING", {"note": "more"})
    yes(cast.nora, request)
    assert do("nils", request, "amend", f_note="most").status_code == 302
    made = Instance.objects.get(amends=request)
    assert (made.purpose, made.form) == ("amend", {"note": "most"})
    assert page("nils").get(f"/approvals/{request.pk}/acts/revoke/").status_code == 409


def test_consent_to_a_withdrawal(cast, do, menu_of):
    request = asked(cast, SUPPLIER, step(cast, "after"))
    yes(cast.sol, request)
    assert do("nils", request, "propose_withdraw", comment="Not needed").status_code == 302
    assert "consent_withdraw" not in menu_of("nora", request)
    assert do("sol", request, "decline_withdraw").status_code == 302
    do("nils", request, "propose_withdraw")
    assert do("sol", request, "consent_withdraw").status_code == 302
    assert request.fresh().state == "WITHDRAWN"


def test_a_partner_goes_back_and_writes_within_its_own_way(cast, page, do):
    flow = [step(cast, "one", "sol"), step(cast, "two", "sol", fields={"delivery": "edit", "amount": "edit"})]
    own = [{"id": "delivery", "type": "date"}, {"id": "amount", "type": "money"}]
    fragment(cast, flow, {"of": "way"}, fields=own)
    request = asked(cast, step(cast, "first"), SUPPLIER | {"write": ["delivery"]})
    yes(cast.nora, request)
    yes(cast.sol, request)

    shown = page("sol").get(f"/approvals/{request.pk}/acts/return/").content.decode()
    assert 'value="one"' in shown
    assert 'value="first"' not in shown
    assert do("sol", request, "edit", f_delivery="2027-01-02", f_amount="9").status_code == 302
    assert request.fresh().form["delivery"] == "2027-01-02"
    assert request.fresh().form["amount"]["amount"] == "5.00"
    assert do("sol", request, "return", target="one", way="replay", comment="Again").status_code == 302
    assert pending(request, cast.sol).run.node == "one"


@pytest.mark.parametrize(("act", "state"), [("skip", "APPROVED"), ("terminate", "TERMINATED")])
def test_steering_needs_a_reason(cast, do, act, state):
    request = begun(cast, [step(cast, "first")])
    assert do("nora", request, act).status_code == 422
    assert do("nora", request, act, comment="Nobody is there").status_code == 302
    assert request.fresh().state == state


@pytest.mark.parametrize(("act", "said"), [("remind", {}), ("cc", {"users": "sia"})])
def test_a_word_to_others(cast, do, with_southbay, act, said):
    named = {key: str(cast.sia.user_id) for key in said}
    assert do("sol", with_southbay, act, **named).status_code == 302


def test_every_action_has_a_dialog_or_a_place():
    assert set(DIALOGS) == (set(ACTS) - ELSEWHERE) | {"approve"}, "where one chooses who is asked next"


def test_another_takes_a_partners_place(cast, do, page, menu_of, partner, with_southbay):
    """It is offered once it can be done: while the partnership stands, it is the partner's to answer."""
    eastgate = {"organization": str(cast.eastgate.pk), "comment": "Gone"}
    address = f"/approvals/{with_southbay.pk}/acts/replace_party/"
    assert "replace_party" not in menu_of("nora", with_southbay)
    assert page("nora").post(address, eastgate | {"party": "supplier"}).status_code == 409
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    assert "replace_party" in menu_of("nora", with_southbay)

    unknown = do("nora", with_southbay, "replace_party", **eastgate)
    assert unknown.status_code == 422, "only organizations that one works with can be chosen"
    assert 'id="id_organization_error"' in unknown.content.decode()
    Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).delete()
    partner(cast.nora, cast.eve)
    assert do("nora", with_southbay, "replace_party", **eastgate).status_code == 302
    assert with_southbay.parties.get().organization_id == cast.eastgate.pk


def test_who_was_not_asked_yet_can_be_replaced_any_time(cast, menu_of, running):
    assert "replace_party" in menu_of("nora", running)
    assert "replace_party" not in menu_of("nils", running), "who asks does not steer"


def test_what_was_returned_has_nobody_replaced(cast, menu_of):
    request = asked(cast, step(cast, "first"), SUPPLIER)
    return_to(actor=cast.nora, instance=request, target="START", comment="Again")
    assert request.fresh().state == "RETURNED"
    assert "replace_party" not in menu_of("nora", request)


def test_what_rests_with_a_partnership_is_not_offered_to_be_tried_or_left_out(
    cast, page, menu_of, with_southbay
):
    """It goes on with the partnership; who asks may put another in its place or end it."""
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="ended")
    heed_partnerships(actor=PLATFORM, instance=with_southbay)

    assert {"replace_party", "terminate"} <= menu_of("nora", with_southbay)
    for who in ("nora", "sol"):
        assert not {"resume", "skip"} & menu_of(who, with_southbay), who
    shown = page("nora").get(f"/approvals/{with_southbay.pk}/").content.decode()
    assert "can put another organization in its place" in shown
    dialog = page("nora").get(f"/approvals/{with_southbay.pk}/acts/replace_party/").content.decode()
    assert "Propose a partnership first" in dialog
    assert str(cast.southbay.pk) not in dialog[dialog.index('id="act"') :]
