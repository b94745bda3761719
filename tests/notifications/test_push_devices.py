"""A browser registers itself to be told, and shows by a test that it is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from kernel.actor import Actor
from kernel.errors import InvalidInput
from notifications.models import Device
from notifications.operations import (
    ask_for_device_test,
    make_notices,
    register_device,
)
from notifications.tasks import try_device
from notifications.vapid import base64url, public_key
from tests.notifications.browsers import Browser
from tests.notifications.conftest import PLATFORM
from tests.notifications.push import carry, the_push


def test_a_browser_registers_itself_and_is_listed_and_removed(page, cast, browser):
    nora = page("nora")
    before = nora.get("/api/v1/push-devices/").json()["results"]
    said = {"endpoint": browser.endpoint, "keys": browser.keys}

    made = nora.post("/api/v1/push-devices/", said, content_type="application/json")

    assert (before, made.status_code, made.json()["current"]) == ([], 201, True)
    again = nora.post("/api/v1/push-devices/", said, content_type="application/json")
    assert again.json()["id"] == made.json()["id"], "one browser is one device"
    shown = nora.get("/settings/notifications/").content.decode()
    assert f'id="device-{made.json()["id"]}"' in shown
    assert public_key() in shown
    assert page("nils").post(f"/settings/notifications/devices/{made.json()['id']}/").status_code == 404
    assert nora.post(f"/settings/notifications/devices/{made.json()['id']}/").status_code == 302
    assert nora.get("/api/v1/push-devices/").json()["results"] == []


def test_a_program_has_no_browser_to_register(api, browser):
    said = {"endpoint": browser.endpoint, "keys": browser.keys}

    answer = api("nora").post("push-devices/", json=said)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_browser")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"endpoint": "https://127.0.0.1/send"}, "/endpoint"),
        ({"endpoint": "http://93.184.215.14/send"}, "/endpoint"),
        ({"endpoint": "https://user:word@push.example/send"}, "/endpoint"),
        ({"p256dh": "AAAA"}, "/keys/p256dh"),
        ({"p256dh": "é"}, "/keys/p256dh"),
        ({"p256dh": base64url(b"\4" + bytes(64))}, "/keys/p256dh"),
        ({"auth": "AAAA"}, "/keys/auth"),
    ],
)
def test_an_address_inside_or_a_key_that_is_none_is_refused(people, change, pointer):
    browser = Browser("https://93.184.215.14/send")
    client = Client(HTTP_HOST="localhost")
    client.force_login(people.bo)
    said = {
        "actor": Actor.person(people.bo),
        "session_id": Session.objects.get(user=people.bo).pk,
        "endpoint": browser.endpoint,
        **browser.keys,
    }
    register_device(**said)  # premise: the rest of it is good

    with pytest.raises(InvalidInput) as refused:
        register_device(**said | change)

    assert refused.value.errors[0]["pointer"] == pointer


def test_an_address_that_turned_inside_is_not_called(people, owe, record, device, browser, settings):
    settings.OUTGOING_TO_LOOPBACK = False
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)

    carry()

    assert not browser.heard
    assert the_push().error == "needs_https"


def test_the_worker_is_served_from_the_top(client):
    answer = client.get("/service-worker.js", HTTP_HOST="localhost")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"notificationclick" in answer.content
    assert b"import" not in answer.content, "it stands alone, as a classic script"


# ── A test ───────────────────────────────────────────────────────────────────
def asked(people, device):
    ask_for_device_test(actor=Actor.person(people.bo), device=device)
    try_device(str(device.pk))
    return device.fresh()


def test_a_test_shows_that_the_browser_is_told_although_they_look_at_the_page(people, device, browser):
    told = asked(people, device)

    (headers, body) = browser.heard[0]
    said = browser.opened(body)
    assert (said["always"], said["url"], said["tag"]) == (
        True,
        "/settings/notifications/",
        headers["topic"],
    )
    assert said["language"] == people.bo.language
    assert told.tested_at
    assert (told.test_error, told.is_in_test) == ("", False)


@pytest.mark.parametrize(
    ("status", "error"), [(410, "device_gone"), (404, "device_gone"), (403, "http_403"), (500, "http_500")]
)
def test_why_a_test_did_not_arrive_is_kept_and_so_is_the_browser(people, device, browser, status, error):
    browser.status = status

    assert asked(people, device).test_error == error
    assert str(device.fresh().test_silence)


def test_to_who_has_signed_out_there_nothing_is_sent(people, device, browser):
    Session.objects.filter(pk=device.session_id).update(expire_date=timezone.now())

    assert asked(people, device).test_error == "signed_out"
    assert not browser.heard


def test_nobody_is_tested_who_did_not_ask_or_long_ago(people, device, browser):
    try_device(str(device.pk))
    Device.objects.filter(pk=device.pk).update(test_asked_at=timezone.now() - timedelta(minutes=2))
    try_device(str(device.pk))

    assert not browser.heard


@pytest.mark.parametrize(("language", "words"), [("en", "on its way"), ("zh-hans", "测试")])
def test_the_page_tells_how_it_went_and_asks_only_while_it_does_not_know(
    page, cast, browser, language, words
):
    User.objects.filter(pk=cast.nora.user_id).update(language=language)
    nora = page("nora")
    nora.get("/settings/notifications/")  # the session is known
    said = {"endpoint": browser.endpoint, "keys": browser.keys}
    made = nora.post("/api/v1/push-devices/", said, content_type="application/json").json()
    where = f"/settings/notifications/devices/{made['id']}/test/"

    assert page("nils").post(where).status_code == 404
    assert nora.post(where).url == "/settings/notifications/#devices"
    waiting = nora.get("/settings/notifications/").content.decode()
    assert words in waiting
    assert 'hx-trigger="every 2s"' in waiting
    try_device(made["id"])
    known = nora.get("/settings/notifications/devices/").content.decode()
    assert 'hx-trigger="every 2s"' not in known
    assert nora.get("/api/v1/push-devices/").json()["results"][0]["tested_at"]


def test_no_more_tests_are_sent_than_six_a_minute(page, cast, browser, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"push tests": "1/minute"}
    nora = page("nora")
    nora.get("/settings/notifications/")
    said = {"endpoint": browser.endpoint, "keys": browser.keys}
    made = nora.post("/api/v1/push-devices/", said, content_type="application/json").json()

    first, second = (
        nora.post(f"/api/v1/push-devices/{made['id']}/test/", content_type="application/json") for _ in "ab"
    )

    assert (first.status_code, first.json()["tested_at"]) == (201, None)
    assert second.status_code == 429
