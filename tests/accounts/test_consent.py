"""Everybody has agreed to what is in force, or is asked before the next page."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import documents
from accounts.documents import in_force
from accounts.errors import DocumentsChanged
from accounts.models import Consent, User
from accounts.operations import agree, create_token
from audit.models import Outbox
from kernel.actor import Actor
from kernel.errors import NotAllowed

DOCUMENT = (
    "---\nversion: {version}\ntitle: Terms\n---\n\n# Hear <script>alert(1)</script> [this](javascript:x)\n"
)


def put_in_force(settings, folder, version="2031-05-04", **other):
    for kind in documents.KINDS:
        for language in ("en", "zh-hans"):
            said = DOCUMENT.format(version=other.get(language, version))
            (folder / f"{kind}.{language}.md").write_text(said)
    settings.TERMS_DIR = folder
    return in_force()


@pytest.fixture
def new_terms(settings, tmp_path):
    return put_in_force(settings, tmp_path)


def test_a_sign_up_without_consent_is_refused_beside_the_box(stranger):
    words = {
        "name": "Mia",
        "email": "mia@outside.example",
        "password1": "lamps over seven rivers",
        "language": "en",
    }

    page = stranger.post("/sign-up/", words)

    assert "agreed" in page.context["form"].errors
    assert not User.objects.filter(email="mia@outside.example").exists()


def test_a_sign_up_keeps_what_was_agreed_to(stranger):
    words = {
        "name": "Mia",
        "email": "mia@outside.example",
        "password1": "lamps over seven rivers",
        "language": "en",
    }
    stranger.post("/sign-up/", words | {"agreed": "on"})

    mia = User.objects.get(email="mia@outside.example")
    assert mia.agreed_to == in_force()
    assert set(mia.consents.values_list("document", "version")) == {
        ("terms", date(2026, 11, 1)),
        ("privacy", date(2026, 11, 1)),
    }


def test_who_has_agreed_is_not_asked_and_no_page_costs_a_question_more(browser, nora):
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/settings/").status_code == 200

    assert not [one for one in asked.captured_queries if "consent" in one["sql"]]


def test_a_new_version_asks_before_the_next_page_and_leads_on_to_it(browser, nora, new_terms):
    led = browser.get("/settings/tokens/?page=2")
    assert led.url == "/consent/?next=%2Fsettings%2Ftokens%2F%3Fpage%3D2"
    page = browser.get(led.url)
    assert page.status_code == 200
    assert "Our terms have changed" in page.content.decode()

    answer = browser.post(
        "/consent/", {"versions": new_terms, "agreed": "on", "next": "/settings/tokens/?page=2"}
    )

    assert answer.url == "/settings/tokens/?page=2"
    assert browser.get(answer.url).status_code == 200
    assert nora.consents.count() == 4, "what was agreed to before stays"
    assert Outbox.objects.get(name="accounts.consent_given").payload == {
        "person_id": str(nora.pk),
        "person_name": "Nora",
        "versions": "2031-05-04 2031-05-04",
    }


@pytest.mark.parametrize("path", ["/terms/", "/privacy/", "/sign-out/", "/consent/", "/healthz"])
def test_the_documents_and_the_way_out_stay_open(browser, new_terms, path):
    assert browser.get(path).status_code == 200


def test_what_is_sent_or_fetched_in_the_background_goes_on(browser, nora, new_terms):
    assert browser.post("/theme/", {"theme": "dark"}).status_code == 204
    assert browser.get("/settings/", headers={"HX-Request": "true"}).status_code == 200
    assert browser.get("/settings/", headers={"accept": "image/webp,*/*"}).status_code == 200


def test_programs_go_on(nora, new_terms):
    token = create_token(actor=Actor.person(nora), person=nora, name="t", scope="read")
    client = Client(HTTP_HOST="localhost", headers={"authorization": f"Bearer {token.secret}"})

    assert client.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize(
    "said", [{}, {"agreed": ""}, {"versions": "", "agreed": "on"}, {"versions": "x" * 5000, "agreed": "on"}]
)
def test_without_the_tick_nothing_is_agreed_to(browser, nora, new_terms, said):
    answer = browser.post("/consent/", {"versions": new_terms} | said)

    assert answer.status_code == 422
    assert nora.fresh().agreed_to != new_terms


def test_who_read_an_older_version_reads_the_new_one_first(browser, nora, new_terms):
    answer = browser.post("/consent/", {"versions": "2026-11-01 2026-11-01", "agreed": "on"})

    assert answer.status_code == 409
    with pytest.raises(DocumentsChanged):
        agree(actor=Actor.person(nora), person=nora, versions="2026-11-01 2026-11-01")
    assert nora.fresh().agreed_to != new_terms


def test_agreeing_twice_is_agreeing_once(nora, new_terms):
    for _ in range(2):
        agree(actor=Actor.person(nora), person=nora, versions=new_terms)

    assert nora.consents.filter(version="2031-05-04").count() == 2
    assert Outbox.objects.filter(name="accounts.consent_given").count() == 1


def test_nobody_agrees_for_another(nora, otto, new_terms):
    with pytest.raises(NotAllowed):
        agree(actor=Actor.person(otto), person=nora, versions=new_terms)


@pytest.mark.parametrize(
    "going", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "inbox", "\ufffd", "-9"]
)
def test_consent_leads_to_no_other_site(browser, new_terms, going):
    answer = browser.post("/consent/", {"versions": new_terms, "agreed": "on", "next": going})

    assert answer.url == "/"


@pytest.mark.parametrize(("language", "title"), [("en", "Terms of use"), ("zh-hans", "使用条款")])
def test_strangers_read_the_documents_in_their_language(stranger, language, title):
    page = stranger.get("/terms/", headers={"accept-language": language}).content.decode()

    assert f"<h1>{title}</h1>" in page
    assert "<blockquote>" in page, "ours says that it is a template"


def test_a_document_brings_no_markup_of_its_own(stranger, new_terms):
    page = stranger.get("/privacy/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page


def test_documents_of_different_days_stop_a_start(settings, tmp_path):
    put_in_force(settings, tmp_path, en="2031-05-05")
    assert "accounts.E002" in [one.id for one in run_checks()]


def test_missing_documents_stop_a_start(settings, tmp_path):
    settings.TERMS_DIR = tmp_path
    assert "accounts.E001" in [one.id for one in run_checks()]


def test_everybody_in_the_demo_has_agreed(cast):
    assert {cast.user(name).agreed_to for name in ("nora", "sol", "gale", "otto")} == {in_force()}
    assert Consent.objects.filter(user=cast.user("nora")).count() == 2
