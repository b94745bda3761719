"""A request is decided on its card: each viewer sees their own, with their own buttons, and what stands in the way is said there."""

import re

import pytest

from approvals import live
from approvals.live import find
from approvals.models import Instance
from approvals.operations import comment, terminate
from tests.approvals.conftest import pending, yes
from tests.approvals.ways import begun, slots, step


@pytest.fixture
def card(page):
    def read(who, instance) -> str:
        return page(who).get("/cards/", {"to": f"/approvals/{instance.pk}/"}).content.decode()

    return read


@pytest.fixture
def press(page):
    def post(who, instance, html, **said):
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', html))
        return page(who).post(
            f"/approvals/{instance.pk}/card/", hidden | said, headers={"HX-Request": "true"}
        )

    return post


def buttons(html) -> bool:
    return "card#send" in html


def test_only_who_can_decide_now_is_offered_it(cast, card, running):
    assert buttons(card("nora", running))
    for who in ("nils", "sol", "otto"):
        assert not buttons(card(who, running)), who
    assert running.title in card("nils", running)
    assert running.title not in card("sol", running), "premise: Southbay does not know of it yet"


def test_a_yes_on_the_card_is_one_press_and_the_card_says_so(cast, card, press):
    request = begun(cast, [step(cast, "first")])
    answer = press("nora", request, card("nora", request))

    assert answer.status_code == 200
    assert request.fresh().state == "APPROVED"
    assert not buttons(answer.content.decode())
    assert "toast" in answer.headers["HX-Trigger"]
    assert "data-hears" not in answer.content.decode(), "what has ended changes no more"


def test_nothing_is_decided_by_looking(cast, page, running):
    before = slots(running, "manager")
    for verdict in ("approve", "reject", ""):
        address = f"/approvals/{running.pk}/card/"
        assert page("nora").get(address, {"ask": verdict, "verdict": "APPROVED"}).status_code == 200
    assert slots(running, "manager") == before


def test_a_no_asks_for_its_reason_in_the_pages_own_dialog(cast, card, page, press):
    request = begun(cast, [step(cast, "first")])
    dialog = page("nora").get(f"/approvals/{request.pk}/card/", {"ask": "reject"}).content.decode()
    assert 'id="reject"' in dialog
    assert f'action="/approvals/{request.pk}/card/"' in dialog

    refused = press("nora", request, dialog, comment=" ")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
    assert request.fresh().state == "RUNNING"

    assert press("nora", request, dialog, comment="Too dear.").status_code == 200
    assert request.fresh().state == "REJECTED"


def test_a_second_decision_finds_it_decided(cast, card, page, press):
    request = begun(cast, [step(cast, "first", "nora", "nils")])
    seen = card("nora", request)
    yes(cast.nils, request)

    late = press("nora", request, seen)
    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()
    assert not buttons(late.content.decode())
    assert page("nora").get(f"/approvals/{request.pk}/card/", {"ask": "reject"}).status_code == 409


def test_a_form_that_changed_meanwhile_is_read_first(cast, card, press):
    request = begun(cast, [step(cast, "first")])
    seen = card("nora", request)
    Instance.objects.filter(pk=request.pk).update(form_rev=2)

    stale = press("nora", request, seen)
    assert stale.status_code == 409
    assert pending(request, cast.nora)
    assert buttons(stale.content.decode()), "it may be decided as it is now"
    assert press("nora", request, stale.content.decode()).status_code == 200


def test_whose_decision_it_is_not_gets_the_same_answer_as_elsewhere(cast, card, page, press, running):
    seen = card("nora", running)
    assert press("nils", running, seen).status_code == 403
    assert press("sol", running, seen).status_code == 404
    assert press("otto", running, seen).status_code == 404
    assert slots(running, "manager") == {"nora": "PENDING"}


def test_where_a_signature_is_needed_the_dialog_asks_for_it(cast, card, page, press):
    request = begun(cast, [step(cast, "first", signature=True)])
    assert "?ask=approve" in card("nora", request)
    dialog = page("nora").get(f"/approvals/{request.pk}/card/", {"ask": "approve"}).content.decode()

    assert 'id="approve-signature' in dialog
    assert press("nora", request, dialog).status_code == 422
    assert press("nora", request, dialog, signature_typed="Nora Lindqvist").status_code == 200
    assert request.fresh().state == "APPROVED"


def test_a_card_holds_what_its_viewers_side_may_know(cast, card, with_southbay):
    theirs, ours = card("sol", with_southbay), card("nora", with_southbay)
    assert buttons(theirs)
    assert not buttons(ours)
    assert "777" not in theirs, "the target cost is Northwind's own"
    assert "Nora" not in theirs


def test_a_card_tells_apart_who_may_listen_to_its_end(cast, running):
    for who in (cast.nils, cast.nora):
        assert find(who, running.pk)
    for who in (cast.otto, cast.sol, cast.eve):
        assert find(who, running.pk) is None


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """Return by whom of those who look at a request something is heard: by side, "" is all of them."""
    told = []

    def hear(topic, kind, what, about=""):
        if topic.startswith("approval:"):
            told.append(about)

    monkeypatch.setattr(live, "publish", hear)

    def during(act):
        told.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return set(told)

    return during


def test_whoever_looks_on_hears_of_each_step_of_their_own_side(cast, heard, with_southbay):
    """Who steers a side, stands in or was let in is asked for nothing, and still sees it change."""
    ours, theirs = str(cast.northwind.pk), str(cast.southbay.pk)
    assert find(cast.nora, with_southbay.pk).within == {ours: 0}
    assert find(cast.sol, with_southbay.pk).within == {theirs: 0}

    said = heard(lambda: comment(actor=cast.sol, instance=with_southbay, body="Our floor is 50."))
    assert said == {theirs}, "what is said within a side is not even known to have been said"
    assert heard(lambda: comment(actor=cast.sol, instance=with_southbay, body="x", audience="shared")) == {
        ours,
        theirs,
    }


def test_a_step_within_one_organization_reaches_nobody_elsewhere(cast, heard, running):
    assert heard(lambda: yes(cast.nora, running)) == {str(cast.northwind.pk)}


def test_all_who_look_on_hear_of_the_end(cast, heard, running):
    assert "" in heard(lambda: terminate(actor=cast.nora, instance=running, reason="Not needed any more."))
