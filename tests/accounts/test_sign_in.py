import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Session, User
from accounts.sessions import digest_of

PASSWORD = "a long enough secret"

SIGN_IN = "/sign-in/"


def sign_in(client, email="nora@north.example", password=PASSWORD, **said):
    return client.post(SIGN_IN, {"login": email, "password": password, **said})


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_opens_a_new_session(stranger, nora):
    stranger.get(SIGN_IN)
    session = stranger.session
    session["before"] = True
    session.save()
    stranger.cookies["session"] = before = session.session_key

    answer = sign_in(stranger, next="/chat/")

    assert answer.url == "/chat/"
    assert stranger.cookies["session"].value != before, "the id that was known before is worth nothing"
    assert not Session.objects.filter(session_key=digest_of(before)).exists()


def test_a_wrong_password_and_an_unknown_address_read_alike(stranger, nora):
    wrong = sign_in(stranger, password="something else entirely")
    unknown = sign_in(stranger, email="nemo@noplace.example")

    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert not is_in(stranger)


def test_nobody_is_sent_to_another_site(stranger, nora):
    assert sign_in(stranger, next="https://evil.example/").url == "/"


def test_an_unconfirmed_address_gets_another_letter_and_stays_out(
    stranger, nora, django_capture_on_commit_callbacks
):
    nora.emailaddress_set.update(verified=False)

    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(stranger)

    assert answer.url == reverse("account_email_verification_sent")
    assert len(mail.outbox) == 1
    assert not is_in(stranger)


def test_a_closed_account_stays_closed(stranger, nora):
    User.objects.filter(pk=nora.pk).update(is_active=False)

    assert sign_in(stranger).url == reverse("account_inactive")
    assert stranger.get(reverse("account_inactive")).status_code == 200
    assert not is_in(stranger)


def test_signing_out_asks_first(browser):
    assert browser.get("/sign-out/").status_code == 200
    assert is_in(browser)

    browser.post("/sign-out/")

    assert not is_in(browser)


@pytest.mark.parametrize(
    ("bad", "status"), [("nora\x00@north.example", 400), ("\ud800", 400), ("x" * 5000, 200)]
)
def test_odd_characters_are_refused_politely(stranger, nora, bad, status):
    answer = stranger.post(
        SIGN_IN,
        f"login={bad}&password={bad}&next={bad}".encode("utf-8", "surrogatepass"),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == status
    assert not is_in(stranger)
    if status == 200:
        assert answer.context["form"].errors


@pytest.mark.parametrize("key", ["abc", '"abcdefgh\\000"', "é" * 40, "../../etc/passwd"])
def test_a_session_cookie_that_is_none_of_ours_is_a_stranger(stranger, key):
    answer = stranger.get("/settings/", headers={"cookie": f"session={key}"})

    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)


def test_a_forgotten_password_is_replaced_and_ends_everything_else(
    stranger, browser, nora, django_capture_on_commit_callbacks, settings
):
    with django_capture_on_commit_callbacks(execute=True):
        known = stranger.post("/password/reset/", {"email": nora.email})
        unknown = stranger.post("/password/reset/", {"email": "nemo@noplace.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert browser.get("/settings/").status_code == 200, "premise: Nora is signed in elsewhere"

    link = re.search(r"http\S+", mail.outbox[0].body).group()
    assert link.startswith(settings.PUBLIC_URL)
    form = stranger.get(link.removeprefix(settings.PUBLIC_URL))
    assert stranger.get(form.url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        done = stranger.post(form.url, {"password1": "quite another secret"})

    assert stranger.get(done.url).status_code == 200
    assert browser.get("/settings/").status_code == 302
    assert nora.fresh().auth_epoch == nora.auth_epoch + 1
    assert sign_in(stranger, password="quite another secret").url == "/"
    assert stranger.get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200, "the link is used up"
    assert nora.fresh().check_password("quite another secret")


def test_changing_the_password_keeps_this_browser_and_ends_the_others(
    browser, stranger, nora, django_capture_on_commit_callbacks
):
    stranger.force_login(nora)
    assert browser.get("/settings/password/").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/password/", {"oldpassword": PASSWORD, "password1": "quite another secret"})

    assert browser.get("/settings/").status_code == 200
    assert stranger.get("/settings/").status_code == 302
    assert len(mail.outbox) == 1
