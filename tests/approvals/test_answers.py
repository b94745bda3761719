"""Deciding from a letter: looking never acts, the link is one person's, for one slot, once, and for three days."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client

from accounts.models import User
from approvals.answers import SALT, address_for
from approvals.models import Assignment, Instance
from approvals.operations import start
from audit.tasks import seal
from kernel.acting import acting
from kernel.actor import Actor
from notifications.letters import message_of
from notifications.models import Delivery
from tests.approvals.conftest import pending, purchase, yes
from tests.approvals.ways import published, step

PLATFORM = Actor.system("tests")


@pytest.fixture
def asked(cast):
    return purchase(cast)


def link(cast, instance, who="nora"):
    with acting(PLATFORM):
        return address_for(getattr(cast, who).user_id, f"/approvals/{instance.pk}/")


def test_looking_never_decides_and_the_button_does(cast, asked, page):
    where, browser = link(cast, asked), page()
    slot = pending(asked, cast.nora)

    for _look in range(2):
        shown = browser.get(where)
        assert shown.status_code == 200
        assert asked.title in shown.content.decode()
    assert shown["Referrer-Policy"] == "same-origin", "other sites learn nothing of the address"
    assert slot.fresh().state == "PENDING"

    said = browser.post(where, {"verdict": "APPROVED", "comment": "Fine."})

    assert said.status_code == 200
    slot = slot.fresh()
    assert (slot.state, slot.actor_id, slot.comment) == ("APPROVED", cast.nora.user_id, "Fine.")
    assert browser.get("/approvals/").status_code == 302, "nobody was signed in by it"


def test_it_speaks_its_readers_language_unless_this_browser_has_chosen_one(cast, asked, page):
    with acting(PLATFORM):
        User.objects.filter(pk=cast.nora.user_id).update(language="zh-hans")
    where, browser = link(cast, asked), page()

    shown = browser.get(where, headers={"accept-language": "en"})

    assert shown["Content-Language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in shown.content.decode()
    assert "批准" in shown.content.decode()
    browser.cookies["language"] = "en"
    assert '<html lang="en"' in browser.get(where).content.decode()


def as_browsers_post(where, said):
    """Post a page's form with the cookie, the token and the origin that a browser sends: none for ``no-referrer``."""
    browser = Client(enforce_csrf_checks=True)
    shown = browser.get(where)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())[1]
    origin = "null" if shown["Referrer-Policy"] == "no-referrer" else "http://testserver"
    return browser.post(where, said | {"csrfmiddlewaretoken": token}, headers={"origin": origin})


def test_the_button_works_in_a_browser_that_nobody_is_signed_in_to(cast, asked):
    slot = pending(asked, cast.nora)

    said = as_browsers_post(link(cast, asked), {"verdict": "APPROVED"})

    assert (said.status_code, slot.fresh().state) == (200, "APPROVED")


def test_whoever_is_signed_in_as_somebody_else_does_not_answer(cast, asked, page):
    where, slot = link(cast, asked), pending(asked, cast.nora)

    for who in ("sol", "nils"):
        assert page(who).get(where).status_code == 404
        assert page(who).post(where, {"verdict": "APPROVED"}).status_code == 404
    assert slot.fresh().state == "PENDING"
    assert page("nora").get(where).status_code == 200, "it is hers"


def test_it_works_once(cast, asked, page):
    where = link(cast, asked)
    page().post(where, {"verdict": "APPROVED"})

    assert (
        page().get(where).status_code
        == page().post(where, {"verdict": "REJECTED", "comment": "x"}).status_code
        == 410
    )
    Assignment.objects.filter(instance=asked, actor=cast.nora.user).update(
        state="PENDING", actor=None, decided_at=None
    )
    assert page().get(where).status_code == 410, "even where it is taken back"


def test_a_rejection_says_why(cast, asked, page):
    where = link(cast, asked)

    assert page().post(where, {"verdict": "REJECTED"}).status_code == 422
    assert page().post(where, {"verdict": "MAYBE"}).status_code == 422
    assert page().post(where, {"verdict": "REJECTED", "comment": "Too dear."}).status_code == 200
    assert asked.fresh().state == "REJECTED"


def test_it_expires(cast, asked, page, monkeypatch):
    where = link(cast, asked)
    monkeypatch.setattr("approvals.answers.LASTS_SECONDS", -1)

    assert page().get(where).status_code == 410


def test_another_seal_opens_nothing(cast, asked, page):
    token = signing.dumps(["x"], salt="other")

    assert page().get(f"/answers/{token}/").status_code == 404
    assert page().get(f"/answers/{link(cast, asked)[9:-4]}AAA/").status_code == 404


def test_signing_out_everywhere_ends_it(cast, asked, page):
    where = link(cast, asked)
    user = cast.nora.user
    user.auth_epoch += 1
    user.save(update_fields=["auth_epoch"])

    assert page().get(where).status_code == 410


def test_a_form_that_has_changed_is_read_on_the_page(cast, asked, page):
    where = link(cast, asked)
    Instance.objects.filter(pk=asked.pk).update(form_rev=2)

    assert "changed since the letter" in page().get(where).content.decode()
    assert page().post(where, {"verdict": "APPROVED"}).status_code == 422
    assert pending(asked, cast.nora)


def test_who_has_a_second_factor_or_is_not_asked_gets_none(cast, asked):
    assert link(cast, asked, "nils") is None
    assert link(cast, asked, "sol") is None
    Authenticator.objects.create(user=cast.nora.user, type="totp", data={})

    assert link(cast, asked) is None


def test_a_slot_of_another_is_not_reached_by_changing_the_link(cast, asked, page):
    """The seal covers who and what; even a sealed pair that does not belong together opens nothing."""
    slot = pending(asked, cast.nora)
    said = signing.dumps(
        [str(slot.pk), str(cast.nils.user_id), 1, cast.nils.user.auth_epoch], salt=SALT, compress=True
    )

    assert page().get(f"/answers/{said}/").status_code == 410


def test_the_letter_holds_the_link_for_its_reader_alone(cast, asked):
    seal()
    letters = Delivery.objects.filter(
        notice__event_name="approvals.step_started", notice__url__contains=str(asked.pk)
    )
    letter = letters.get(notice__recipient=cast.nora.user)

    with acting(PLATFORM):
        text = message_of(letter).body
        assert re.search(r"/answers/[^/\s]+/", text)
        yes(cast.nora, asked)
        later = message_of(letter.fresh() if hasattr(letter, "fresh") else letter).body

    waits = Assignment.objects.waiting().filter(instance=asked, principal=cast.nora.user).exists()
    assert bool(re.search(r"/answers/[^/\s]+/", later)) == waits


def test_a_letters_page_offers_no_table_to_download_to_who_is_not_signed_in(cast, page):
    lines = {"id": "lines", "type": "table", "columns": [{"id": "what", "type": "text"}]}
    way = published(cast, [step(cast, "a", "nora")], form={"fields": [lines]})
    held = {"lines": [{"what": "Bolts"}]}
    made = start(actor=cast.nils, definition=way, title="Table", form=held)
    table = f"/approvals/{made.pk}/tables/lines/"

    letter = page().get(link(cast, made)).content.decode()
    assert "Bolts" in letter
    assert table not in letter
    assert table in page("nora").get(f"/approvals/{made.pk}/").content.decode()
