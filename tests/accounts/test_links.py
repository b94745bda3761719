"""Links that letters carry: good once, whoever holds them, however fast, and never to a host that was made up."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.events import PasswordChanged
from accounts.models import User
from kernel import events
from kernel.acting import acting
from notifications.letters import public
from notifications.models import Delivery
from tests.cast import PLATFORM

OLD, FIRST, SECOND = "a long enough secret", "the first new secret", "the second new secret"
EVIL = "evil.example"


@pytest.fixture
def recorded(monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])
    return seen


def link_for(person):
    """Return the path of the letter's link, as the letter says it."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    return reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}).replace(
        "UID-KEY", key
    )


def opened(person):
    """Return a browser in which the link was opened, and where its form goes."""
    browser = Client(HTTP_HOST="localhost")
    return browser, browser.get(link_for(person)).url


# ── Once ─────────────────────────────────────────────────────────────────────
def test_a_link_that_was_used_changes_nothing_more_not_even_in_a_form_that_stood_open(nora):
    (one, form), (other, same) = opened(nora), opened(nora)
    assert form == same, "premise: both stand before the same form"
    assert one.post(form, {"password1": FIRST}).status_code == 302

    answer = other.post(same, {"password1": SECOND})

    assert answer.status_code == 200
    assert "password1" not in answer.content.decode(), "no form, but words on what to do"
    assert nora.fresh().check_password(FIRST)
    assert "_auth_user_id" not in other.session


def test_of_two_who_use_a_link_in_one_instant_one_wins_and_the_other_is_told(transactional_db, recorded):
    cache.clear()
    person = User.objects.create_user("rae@north.example", OLD, name="Rae", agreed=True)
    wishes = {FIRST: opened(person), SECOND: opened(person)}

    def press(password):
        browser, form = wishes[password]
        try:
            return browser.post(form, {"password1": password})
        finally:
            with acting(PLATFORM):
                connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            User.objects.locked(person.pk)  # both have looked at the link, and wait here
            pressed = {password: pool.submit(press, password) for password in wishes}
            until_blocked(2)
        answers = {password: one.result() for password, one in pressed.items()}

    assert sorted(one.status_code for one in answers.values()) == [302, 409]
    winner = next(password for password, one in answers.items() if one.status_code == 302)
    now = person.fresh()
    assert now.check_password(winner)
    assert now.auth_epoch == person.auth_epoch + 1
    assert [one.by_mail for one in recorded if isinstance(one, PasswordChanged)] == [True]
    loser = next(one for one in answers.values() if one.status_code == 409)
    assert "changed a moment ago" in loser.content.decode()


def until_blocked(count):
    """Wait until as many connections as that wait for a row; PostgreSQL does the waiting between looks."""
    asked = """
        SELECT count(*), pg_sleep(0.02) FROM pg_locks WHERE NOT granted AND (
            database = (SELECT oid FROM pg_database WHERE datname = current_database())
            OR pg_backend_pid() = ANY (pg_blocking_pids(pid)))
    """
    with connection.cursor() as cursor:
        for _ in range(1500):
            cursor.execute(asked)
            if cursor.fetchone()[0] >= count:
                return
    raise AssertionError("they never came as far as the row")


def test_a_confirmation_that_was_used_lets_nobody_in(stranger, client, django_capture_on_commit_callbacks):
    words = {"name": "Mia", "email": "mia@outside.example", "password1": OLD, "language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        stranger.post(reverse("account_signup"), words | {"agreed": "on"})
    path = re.search(r"http://[^/]+(\S+)", mail.outbox[0].body)[1]
    assert stranger.post(path).status_code == 302
    assert "_auth_user_id" in stranger.session, "premise: the first time it did"

    again = Client(HTTP_HOST="localhost")
    again.post(path)

    assert "_auth_user_id" not in again.session


# ── To us alone ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "claim", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST", "HTTP_X_ORIGINAL_URL"]
)
def test_a_letter_names_the_configured_address_whatever_the_request_claims(
    nora, settings, django_capture_on_commit_callbacks, claim
):
    cache.clear()
    said = {claim: f"host={EVIL}" if claim == "HTTP_FORWARDED" else EVIL, "HTTP_HOST": "127.0.0.1:9999"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = Client(**said).post("/password/reset/", {"email": nora.email})

    assert answer.url.startswith("/")
    assert EVIL not in str(answer.headers)
    links = re.findall(r"https?://\S+", mail.outbox[0].body)
    assert links, "premise"
    assert {urlsplit(one).netloc for one in links} == {urlsplit(settings.PUBLIC_URL).netloc}


def test_an_invitation_names_the_configured_address_too(cast, api, settings):
    program = api("nora")
    answer = program.client.post(
        f"/api/v1/orgs/{cast.northwind.pk}/members/",
        {"email": "wen@fresh.example", "role": "member"},
        content_type="application/json",
        headers=program.headers | {"host": "127.0.0.1:9999", "x-forwarded-host": EVIL},
    )
    letter = Delivery.objects.filter(to="wen@fresh.example").latest("id")

    assert answer.status_code == 201
    assert public(letter.context["url"]).startswith(f"{settings.PUBLIC_URL}/invitations/")
    assert EVIL not in answer.content.decode() + str(letter.context)


@pytest.mark.parametrize(
    "path", ["/", "/sign-in/", "/password/reset/", "/inbox/", "/api/v1/schema/", "/nowhere/"]
)
def test_no_answer_repeats_a_host_that_was_made_up(world, path):
    claimed = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST=EVIL).get(path)
    asked = Client(HTTP_HOST=EVIL).get(path)

    assert EVIL not in str(claimed.headers) + claimed.content.decode()
    assert asked.status_code == 400
    assert EVIL not in str(asked.headers) + asked.content.decode()


@pytest.mark.parametrize(
    "wanted", [f"//{EVIL}/", f"https://{EVIL}/", f"/\\{EVIL}", f"http:/{EVIL}", f"javascript:{EVIL}"]
)
def test_nobody_is_led_elsewhere_by_the_way_back(stranger, wanted):
    answer = stranger.post("/language/", {"language": "en", "next": wanted})

    assert answer.status_code == 302
    assert not re.match(r"(?:[a-z]+:|[/\\]{2})", answer.url)
