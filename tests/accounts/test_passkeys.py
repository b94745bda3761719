"""Passkeys where somebody cheats; that honest ones work, a browser shows in tests/browser."""

import json
from base64 import urlsafe_b64encode

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Session
from accounts.passkeys import CHALLENGE, origin_of
from accounts.sessions import SessionStore

SIGN_IN, NEW = "/sign-in/passkey/", "/settings/factors/passkeys/"
JUNK = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    '{"response": {}}',
    '{"response": {"clientDataJSON": "é"}}',
    "[" * 5000,
    '"\\ud800"',
]


def options(client):
    return client.get(SIGN_IN, headers={"x-requested-with": "XMLHttpRequest"}).json()["request_options"]


def credential(origin, challenge="x"):
    said = {"type": "webauthn.get", "challenge": challenge, "origin": origin}
    sent = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": sent}}


def test_a_passkey_is_asked_for_exactly_this_place_and_its_user_is_verified(stranger):
    asked = options(stranger)["publicKey"]

    assert asked["rpId"] == settings.PUBLIC_HOST
    assert asked["userVerification"] == "required"
    assert asked.get("allowCredentials", []) == [], "nobody learns who has one"
    assert options(Client(HTTP_HOST="127.0.0.1"))["publicKey"]["rpId"] == settings.PUBLIC_HOST


@pytest.mark.parametrize("said", JUNK)
def test_what_no_browser_sends_is_refused_politely(stranger, browser, said):
    options(stranger)
    browser.get(NEW)

    answer = stranger.post(SIGN_IN, {"credential": said})

    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert browser.post(NEW, {"name": "N", "credential": said}).status_code == 422
    assert "_auth_user_id" not in stranger.session


def test_a_challenge_is_worth_one_answer_even_to_two_at_once(stranger):
    options(stranger)
    key = stranger.cookies[settings.SESSION_COOKIE_NAME].value
    first, second = SessionStore(key), SessionStore(key)
    assert first[CHALLENGE] == second[CHALLENGE], "premise: both have read it"

    assert [bool(one.take(CHALLENGE)) for one in (first, second)] == [True, False]


def test_a_wrong_answer_spends_the_challenge(stranger):
    options(stranger)
    assert CHALLENGE in stranger.session

    stranger.post(SIGN_IN, {"credential": json.dumps(credential("https://evil.example"))})

    assert CHALLENGE not in stranger.session


def test_the_address_that_a_passkey_was_shown_at_is_read_from_what_it_signs():
    assert origin_of(credential("https://evil.example")) == "https://evil.example"


def test_a_page_at_an_ip_address_says_where_passkeys_work(nora):
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(nora)

    assert settings.PUBLIC_URL in client.get(NEW).content.decode()
    assert Session.objects.filter(user=nora).exists(), "premise: she was in"
