"""Where somebody is signed in: seen, and signed out from afar."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from accounts.devices import device_name
from accounts.events import PersonSignedIn, SessionsEnded
from accounts.models import Session
from audit.tasks import seal
from kernel import events
from kernel.actor import Actor
from kernel.nouns import uuid7
from notifications.models import Delivery, Notice
from notifications.operations import choose

PASSWORD = "a long enough secret"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
SESSIONS, API = "/settings/sessions/", "/api/v1/sessions/"


def sign_in(person, client=None, agent=FIREFOX, language="en"):
    client = client or Client(HTTP_HOST="localhost")
    headers = {"user-agent": agent, "accept-language": language}
    client.post("/sign-in/", {"login": person.email, "password": PASSWORD}, headers=headers)
    return client


def cookie_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def id_of(client):
    return next(one["id"] for one in client.get(API).json()["results"] if one["current"])


@pytest.fixture
def laptop(stranger, nora):
    return sign_in(nora, stranger)


@pytest.fixture
def phone(laptop, nora):
    return sign_in(nora, agent=IPHONE)


@pytest.fixture
def recorded(monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])
    return seen


def test_somebody_sees_where_they_are_signed_in_and_which_one_is_this(laptop, phone):
    shown = laptop.get(API).json()["results"]

    assert {(one["device"], one["current"]) for one in shown} == {
        ("Firefox on Linux", True),
        ("Safari on iPhone", False),
    }
    assert {one["address"] for one in shown} == {"127.0.0.1"}
    page = laptop.get(SESSIONS).content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page


def test_a_session_that_is_signed_out_from_afar_opens_nothing_more(laptop, phone, recorded):
    assert phone.get(SESSIONS).status_code == 200, "premise: the phone is in"

    assert laptop.post(f"{SESSIONS}{id_of(phone)}/ending/").status_code == 302

    assert phone.get(SESSIONS).status_code == 302
    assert laptop.get(SESSIONS).status_code == 200
    [event] = recorded
    assert isinstance(event, SessionsEnded)
    assert event.devices == ("Safari on iPhone",)


@pytest.mark.parametrize("door", ["page", "api"])
def test_all_others_end_together(laptop, phone, nora, door):
    third = sign_in(nora)

    laptop.post(f"{SESSIONS}others/ending/") if door == "page" else laptop.delete(f"{API}others/")

    assert [one.get(SESSIONS).status_code for one in (laptop, phone, third)] == [200, 302, 302]


def test_a_foreign_session_answers_like_none(laptop, otto):
    theirs = sign_in(otto)
    foreign = id_of(theirs)

    answers = [laptop.delete(f"{API}{one}/") for one in (foreign, uuid7())]
    pages = [laptop.post(f"{SESSIONS}{one}/ending/") for one in (foreign, uuid7())]

    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert {one.status_code for one in pages} == {404}
    assert theirs.get(SESSIONS).status_code == 200


def test_a_session_that_died_with_the_password_is_not_shown(laptop, phone, nora):
    laptop.post("/settings/password/", {"oldpassword": PASSWORD, "password1": "quite another secret"})

    assert [one["current"] for one in laptop.get(API).json()["results"]] == [True]


def test_the_database_holds_no_secret_that_a_cookie_could_carry(laptop):
    kept = " ".join(str(one) for one in Session.objects.values_list())

    assert cookie_of(laptop) not in kept
    thief = Client(HTTP_HOST="localhost")
    thief.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get(user__isnull=False).session_key
    assert thief.get(SESSIONS).status_code == 302


def test_a_session_that_was_fixed_before_the_sign_in_is_worth_nothing_after(stranger, nora):
    stranger.get("/sign-in/")
    session = stranger.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    stranger.cookies[settings.SESSION_COOKIE_NAME] = planted

    sign_in(nora, stranger)

    attacker = Client(HTTP_HOST="localhost")
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert stranger.get(SESSIONS).status_code == 200
    assert attacker.get(SESSIONS).status_code == 302


def test_a_visit_is_noted_at_most_once_a_minute(laptop):
    first = Session.objects.get(user__isnull=False).seen_at
    laptop.get("/settings/")
    assert Session.objects.get(user__isnull=False).seen_at == first

    Session.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    laptop.get("/settings/")

    assert Session.objects.get(user__isnull=False).seen_at >= first


# ── A device that was not used before ────────────────────────────────────────
def test_a_new_device_is_told_of_by_mail_and_in_the_record(
    laptop, nora, recorded, django_capture_on_commit_callbacks
):
    assert nora.fresh().last_login, "premise: she has signed in before"

    with django_capture_on_commit_callbacks(execute=True):
        sign_in(nora, agent=IPHONE)

    [letter] = mail.outbox
    assert letter.to == [nora.email]
    assert "Safari on iPhone" in letter.body
    assert f"{settings.PUBLIC_URL}{SESSIONS}" in letter.body
    [event] = [one for one in recorded if isinstance(one, PersonSignedIn)]
    assert (event.is_new_device, event.device) == (True, "Safari on iPhone")


@pytest.fixture
def told():
    """Return what somebody's inbox says once the queue has done its work."""

    def told(person):
        seal()
        return Notice.objects.visible_to(Actor.person(person)).filter(event_name=PersonSignedIn.name)

    return told


def test_a_new_device_stands_in_the_inbox_though_it_was_ones_own_act(laptop, nora, told):
    choose(actor=Actor.person(nora), choices={"account": {"in_app": False, "mail": True}})
    sign_in(nora, agent=IPHONE)

    [notice] = told(nora)

    assert notice.sentence() == "Nora signed in from a new device: Safari on iPhone"
    assert notice.url == SESSIONS
    assert not Delivery.objects.filter(notice=notice).exists(), "a letter has left already"
    assert laptop.get(f"/inbox/{notice.pk}/").url == SESSIONS


def test_a_device_that_is_known_is_not_told_of(laptop, nora, otto, told):
    laptop.post("/sign-out/")
    sign_in(nora, laptop)

    assert not told(nora).exists()
    sign_in(otto)
    assert not told(otto).exists(), "the first sign-in of all"


def test_the_first_sign_in_of_all_and_a_device_that_is_known_send_nothing(
    stranger, nora, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(nora, stranger)
        stranger.post("/sign-out/")
        sign_in(nora, stranger)

    assert mail.outbox == []
    cookie = stranger.cookies["device"]
    assert cookie["httponly"]
    assert str(nora.pk) not in cookie.value


@pytest.mark.parametrize("forged", ["", "x", "W10:1:2", "é" * 50])
def test_a_device_cookie_that_we_did_not_sign_is_a_new_device(
    laptop, nora, forged, django_capture_on_commit_callbacks
):
    laptop.post("/sign-out/")
    laptop.cookies["device"] = forged

    with django_capture_on_commit_callbacks(execute=True):
        sign_in(nora, laptop)

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat on Android"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("\x00<script>", "Unknown device"),
    ],
)  # fmt: skip
def test_devices_are_called_what_people_call_them(agent, name):
    assert device_name(agent) == name


def test_a_device_is_named_in_the_language_of_whoever_reads_of_it(laptop, nora, told):
    sign_in(nora, agent=IPHONE, language="zh-hans")

    [notice] = told(nora)

    assert notice.sentence() == "Nora signed in from a new device: Safari on iPhone"
    with translation.override("zh-hans"):
        assert "iPhone 上的 Safari" in notice.sentence()
