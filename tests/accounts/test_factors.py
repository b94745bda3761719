"""A second factor: set up, asked for at sign-in, worth something once, removed."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.events import FactorAdded, FactorRemoved, RecoveryCodesMade, RecoveryCodeUsed
from accounts.factors import digits_of, step_of, totp
from accounts.models import Session, User
from accounts.operations import add_app, spend_code
from accounts.secrets import decrypted
from kernel import events
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded

PASSWORD = "a long enough secret"
FACTORS, APP, STEP = "/settings/factors/", "/settings/factors/app/", "/sign-in/code/"
DOOR = Actor.nobody("tests")


def code_at(secret, offset=0):
    """Return what the app shows now, or ``offset`` steps from now."""
    step = list(totp.yield_hotp_counters_from_time())[1] + offset
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def secret_of(person):
    return decrypted(Authenticator.objects.get(user=person, type="totp").data["secret"])


def forget_the_step(person):
    """Let time pass: the code that was shown when the app was set up is an old one."""
    app = Authenticator.objects.get(user=person, type="totp")
    app.data["spent"] = 0
    app.save()


@pytest.fixture
def recorded(monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])
    return seen


@pytest.fixture
def codes(as_nora, nora):
    """Nora's recovery codes; she has an app."""
    cache.clear()
    secret = totp.generate_totp_secret()
    made = add_app(actor=as_nora, person=nora, secret=secret, code=code_at(secret))
    forget_the_step(nora)
    return made


def sign_in(person, client=None):
    client = client or Client(HTTP_HOST="localhost")
    return client, client.post("/sign-in/", {"login": person.email, "password": PASSWORD})


def is_in(client):
    return "_auth_user_id" in client.session


# ── Setting up ───────────────────────────────────────────────────────────────
def test_an_app_is_set_up_with_the_code_it_shows(browser, nora, recorded, django_capture_on_commit_callbacks):
    page = browser.get(APP).content.decode()
    secret = re.search(r'id="secret"[^>]*value="(\w+)"', page).group(1)
    assert 'src="data:image/svg+xml;base64,' in page
    assert browser.get(APP).content.decode().count(secret) > 0, "the same secret, while one looks at it"

    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post(APP, {"code": code_at(secret)})

    shown = re.findall(r"<li>(\d{10})</li>", done.content.decode())
    assert len(set(shown)) == 10
    assert unquote(
        re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', done.content.decode()).group(1)
    ) == "\n".join(shown)
    assert not re.findall(r"<li>\d{10}</li>", browser.get(FACTORS).content.decode()), "shown this once"
    assert [type(one) for one in recorded] == [FactorAdded]
    assert [letter.to for letter in mail.outbox] == [[nora.email]]
    assert secret not in str(Authenticator.objects.values_list("data")), "the database holds it encrypted"
    assert secret not in str(Session.objects.values_list("session_data"))


@pytest.mark.parametrize("code", ["", "000000", "１２３４５６", "x" * 41, "12345"])
def test_a_wrong_code_sets_nothing_up(browser, nora, code):
    browser.get(APP)

    assert browser.post(APP, {"code": code}).status_code == 422
    assert not Authenticator.objects.exists()


def test_factors_change_only_after_a_recent_proof(browser, nora, codes):
    old = Actor.person(nora, is_recent=False)
    with pytest.raises(ConfirmationNeeded):
        add_app(actor=old, person=nora, secret="x", code="1")
    browser.get(FACTORS)
    Session.objects.update(confirmed_at=timezone.now() - timedelta(minutes=11))
    app = Authenticator.objects.get(type="totp")

    for path in (f"{FACTORS}{app.pk}/removal/", f"{FACTORS}codes/"):
        assert browser.post(path).url.startswith("/settings/confirmation/")

    assert browser.post("/settings/confirmation/", {"code": code_at(secret_of(nora))}).status_code == 302
    assert browser.post(f"{FACTORS}{app.pk}/removal/").status_code == 302


def test_a_factor_is_removed_and_its_recovery_codes_go_with_it(
    browser, nora, codes, recorded, django_capture_on_commit_callbacks
):
    app = Authenticator.objects.get(type="totp")

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"{FACTORS}{app.pk}/removal/")

    assert not Authenticator.objects.exists()
    assert [type(one) for one in recorded] == [FactorRemoved]
    assert len(mail.outbox) == 1
    assert is_in(sign_in(nora)[0])


def test_a_foreign_factor_answers_like_none(browser, otto):
    secret = totp.generate_totp_secret()
    add_app(actor=Actor.person(otto), person=otto, secret=secret, code=code_at(secret))
    theirs = Authenticator.objects.get(user=otto, type="totp").pk

    assert {browser.post(f"{FACTORS}{one}/removal/").status_code for one in (theirs, 10**9)} == {404}
    assert Authenticator.objects.filter(pk=theirs).exists()


def test_new_recovery_codes_replace_the_old(browser, nora, codes, recorded):
    page = browser.post(f"{FACTORS}codes/").content.decode()

    new = re.findall(r"<li>(\d{10})</li>", page)
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert [type(one) for one in recorded] == [RecoveryCodesMade]
    assert spend_code(actor=DOOR, person=nora, code=codes[0]) is None
    assert spend_code(actor=DOOR, person=nora, code=new[0])


# ── Signing in ───────────────────────────────────────────────────────────────
def test_the_password_alone_does_not_open_the_account(nora, codes):
    client, answer = sign_in(nora)

    assert answer.url == STEP
    assert not is_in(client)
    assert client.get("/settings/").status_code == 302
    assert client.get(STEP).status_code == 200

    assert client.post(STEP, {"code": code_at(secret_of(nora))}).status_code == 302
    assert client.get("/settings/").status_code == 200


def test_a_code_of_the_step_before_is_good_one_of_long_ago_is_not(nora, codes):
    secret = secret_of(nora)

    assert step_of(secret, code_at(secret, -1)) is not None
    assert step_of(secret, code_at(secret, -3)) is None


def test_a_code_that_was_used_opens_nothing_even_after_the_cache_is_lost(nora, codes):
    code = code_at(secret_of(nora))
    first, _ = sign_in(nora)
    first.post(STEP, {"code": code})
    assert is_in(first), "premise: it was good once"
    cache.clear()

    again, _ = sign_in(nora)
    answer = again.post(STEP, {"code": code})

    assert answer.context["form"].errors
    assert not is_in(again)


def test_a_code_older_than_one_that_was_used_opens_nothing(nora, codes):
    secret = secret_of(nora)
    assert spend_code(actor=DOOR, person=nora, code=code_at(secret))

    assert spend_code(actor=DOOR, person=nora, code=code_at(secret, -1)) is None


def test_a_recovery_code_opens_the_account_once_and_is_told_of(
    nora, codes, recorded, django_capture_on_commit_callbacks
):
    lost, _ = sign_in(nora)
    with django_capture_on_commit_callbacks(execute=True):
        lost.post(STEP, {"code": f"{codes[3][:5]} {codes[3][5:]}"})
    assert is_in(lost)
    assert [one.left for one in recorded if isinstance(one, RecoveryCodeUsed)] == [9]
    assert "recovery code" in mail.outbox[0].body

    again, _ = sign_in(nora)
    again.post(STEP, {"code": codes[3]})
    assert not is_in(again)


def test_codes_cannot_be_guessed_for_long_whatever_the_password(nora, codes):
    client, _ = sign_in(nora)
    for _ in range(5):
        client.post(STEP, {"code": "000000"})
        client, _ = sign_in(nora)  # a right password gives no new tries

    answer = client.post(STEP, {"code": code_at(secret_of(nora))})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert not is_in(client)


def test_somebody_else_s_code_opens_nothing(nora, otto, codes):
    client, _ = sign_in(nora)
    secret = totp.generate_totp_secret()
    add_app(actor=Actor.person(otto), person=otto, secret=secret, code=code_at(secret))
    forget_the_step(otto)

    client.post(STEP, {"code": code_at(secret)})

    assert not is_in(client)


def test_the_second_step_is_closed_to_who_has_not_taken_the_first(stranger, browser):
    assert stranger.get(STEP).url.startswith("/sign-in/")
    assert stranger.post(STEP, {"code": "123456"}).url.startswith("/sign-in/")
    assert browser.get(STEP).url == "/"


def test_digits_are_read_however_they_are_written():
    assert digits_of(" 123-456 ") == digits_of("123 456") == "123456"
    assert digits_of("１２３") == ""


def test_two_who_show_the_same_recovery_code_at_once_come_in_once(transactional_db):
    with acting(Actor.system("tests")):
        vera = User.objects.create_user("vera@noplace.example", PASSWORD, agreed=True, name="Vera")
        secret = totp.generate_totp_secret()
        code = add_app(actor=Actor.person(vera), person=vera, secret=secret, code=code_at(secret))[0]

    def show(_):
        try:
            return spend_code(actor=DOOR, person=vera, code=code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as together:
        came_in = list(together.map(show, range(4)))

    assert sorted(came_in) == [False, False, False, True]
