"""What is pushed, to which browser, sealed how."""

import base64
import json
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User
from kernel.acting import database
from kernel.actor import Actor
from notifications.models import Device, Notice, Push
from notifications.operations import (
    choose,
    make_notices,
)
from notifications.tasks import push, push_waiting
from notifications.vapid import public_key, unbase64url
from tests.notifications.conftest import PLATFORM
from tests.notifications.push import carry, the_push


def test_the_sentence_arrives_sealed_in_the_readers_language(people, owe, record, device, browser):
    owe(people.bo)
    (notice,) = make_notices(actor=PLATFORM, record=record)

    carry()

    ((headers, body),) = browser.heard
    told = browser.opened(body)
    assert "Ann" in told["title"]
    assert told["language"] == "zh-hans"
    assert any("一" <= letter <= "鿿" for letter in told["title"]), "Bo reads Chinese"
    assert told["url"] == f"/inbox/{notice.pk}/"
    assert set(told) == {"title", "url", "tag", "language"}
    assert told["title"].encode() not in body
    assert headers["content-encoding"] == "aes128gcm"
    assert 0 < int(headers["ttl"]) <= 28 * 24 * 3600
    assert the_push().state == "sent"


def test_the_service_can_tell_that_it_is_us(people, owe, record, device, browser):
    """RFC 8292: a token under ES256 for the service's origin, and the key that the browser registered under."""
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    carry()

    ((headers, _body),) = browser.heard
    scheme, _, parameters = headers["authorization"].partition(" ")
    said = dict(one.strip().split("=", 1) for one in parameters.split(","))
    assert (scheme, said["k"]) == ("vapid", public_key())
    signed, _, signature = said["t"].rpartition(".")
    numbers = base64.urlsafe_b64decode(signature + "==")
    assert len(numbers) == 64
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(said["k"]))
    halves = (int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big"))
    key.verify(encode_dss_signature(*halves), signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, claims = (json.loads(unbase64url(one)) for one in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims["aud"] == browser.endpoint.removesuffix("/send/abc")
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert claims["sub"].startswith("mailto:")


def test_the_key_is_made_once_and_its_owners_alone(tmp_path, settings):
    settings.DATA_DIR = tmp_path

    assert public_key() == public_key()
    assert len(unbase64url(public_key())) == 65
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_its_service_knows_no_more_is_removed(people, owe, record, device, browser, status):
    browser.status = status
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)

    carry()

    assert not Device.objects.filter(user=people.bo).exists()
    told = the_push()
    assert (told.state, told.error, told.device) == ("dropped", "device_gone", None)


@pytest.mark.parametrize(
    ("status", "state"),
    [(503, "waiting"), (429, "waiting"), (400, "failed"), (413, "failed"), (301, "failed")],
)
def test_what_may_pass_is_tried_again_and_what_will_not_is_given_up(
    people, owe, record, device, browser, status, state
):
    browser.status = status
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)

    carry()

    told = the_push()
    assert (told.state, told.error, told.attempts) == (state, f"http_{status}", 1)
    assert Device.objects.filter(pk=device.pk).exists()
    carry()
    assert len(browser.heard) == 1, "not before its pause is over"


def test_after_seven_tries_it_is_given_up(people, owe, record, device, browser):
    browser.status = 500
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    for _try in range(9):
        Push.objects.update(due_at=timezone.now())
        carry()

    assert (the_push().state, len(browser.heard)) == ("failed", 7)


def test_run_twice_it_tells_once(people, owe, record, device, browser):
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    make_notices(actor=PLATFORM, record=record)
    (push_id,) = Push.objects.values_list("pk", flat=True)

    push(str(push_id))
    push(str(push_id))
    push_waiting()

    assert len(browser.heard) == 1


def test_who_wants_it_pushed_only_finds_nothing_in_the_inbox(people, owe, record, device, browser):
    owe(people.bo)
    only = {"in_app": False, "mail": False, "push": True}
    choose(actor=Actor.person(people.bo), choices={"approval": only})
    make_notices(actor=PLATFORM, record=record)
    carry()

    ((_headers, body),) = browser.heard
    assert browser.opened(body)["url"] == "/approvals/7/"
    assert not Notice.objects.visible_to(Actor.person(people.bo)).exists()


def test_a_second_word_about_the_same_page_takes_the_place_of_the_first(people, owe, record, device, browser):
    owe(people.bo)
    for _number in range(2):
        make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))
    carry()

    tags = {browser.opened(body)["tag"] for _headers, body in browser.heard}
    topics = {headers["topic"] for headers, _body in browser.heard}
    assert len(browser.heard) == 2
    assert tags == topics
    (topic,) = topics
    assert len(topic) <= 32


def test_telling_a_thousand_devices_costs_as_much_as_telling_one(
    people, owe, record, device, browser, django_assert_num_queries
):
    many = [User(email=f"{number}@many.example", name=f"P{number}") for number in range(40)]
    User.objects.bulk_create(many)
    until = timezone.now() + timedelta(days=1)
    sessions = [Session(session_key=uuid4().hex, user=one, expire_date=until) for one in many]
    Session.objects.bulk_create(sessions)
    said = {
        "endpoint": browser.endpoint,
        "public_key": browser.keys["p256dh"],
        "secret": browser.keys["auth"],
    }
    Device.objects.bulk_create([Device(user=one.user, session=one, **said) for one in sessions])
    owe(people.bo)
    with CaptureQueriesContext(connections[database()]) as asked_for_one:
        make_notices(actor=PLATFORM, record=record)
    owe(*many, kind="contact")

    with django_assert_num_queries(len(asked_for_one)):
        make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))

    assert Push.objects.count() == 1 + 1 + len(many)
