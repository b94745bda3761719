"""What is pushed, to which browser, sealed how; and when nothing is."""

import base64
import json
import struct
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User
from accounts.operations import end_session
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from notifications.models import Delivery, Device, Notice, Push
from notifications.operations import (
    ask_for_device_test,
    choose,
    choose_rest,
    make_notices,
    mark_read,
    register_device,
)
from notifications.tasks import push, push_waiting, try_device
from notifications.vapid import base64url, public_key, unbase64url
from tests.kernel.receivers import hear, listening
from tests.notifications.conftest import PLATFORM
from tests.notifications.test_rest import always


@dataclass
class Browser:
    """A browser and its push service in one: it keeps the private key, and hears what is sent to it."""

    endpoint: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen octets.."
    status: int = 201
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def talk(self, line: Any) -> None:
        head, _, body = hear(line).partition(b"\r\n\r\n")
        lines = [one.partition(": ") for one in head.decode().split("\r\n")[1:]]
        self.heard.append(({name.lower(): value for name, _, value in lines}, body))
        line.sendall(f"HTTP/1.1 {self.status} So\r\nContent-Length: 0\r\n\r\n".encode())

    @property
    def point(self) -> bytes:
        return point_of(self.key.public_key())

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": base64url(self.point), "auth": base64url(self.secret)}

    def opened(self, body: bytes) -> Any:
        """Return what a message says, opened by the letter of RFC 8291 and 8188, with no code of the sender's."""
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size, "it is one record"
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        secret = derived(self.secret, shared, b"WebPush: info\0" + self.point + theirs, 32)
        key = derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.rstrip(b"\0").endswith(b"\2"), "it is the last record"
        return json.loads(plain.rstrip(b"\0")[:-1])


def derived(salt: bytes, secret: bytes, about: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, about).derive(secret)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@pytest.fixture
def browser(settings):
    settings.OUTGOING_TO_LOOPBACK = True
    here = Browser()
    with listening(here.talk) as (port, _met):
        here.endpoint = f"http://127.0.0.1:{port}/send/abc"
        yield here


@pytest.fixture
def device(people, browser):
    """Bo's browser, in which he is signed in and wants to be told."""
    return register(people.bo, browser)


def register(person, browser):
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    session = Session.objects.filter(user=person).latest("signed_in_at")
    return register_device(
        actor=Actor.person(person), session_id=session.pk, endpoint=browser.endpoint, **browser.keys
    )


def carry():
    for push_id in Push.objects.due().values_list("pk", flat=True):
        push(str(push_id))


def the_push():
    return Push.objects.get()


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


@pytest.mark.parametrize("how", ["signs_out", "ended_from_afar", "password", "account_closed"])
def test_who_has_signed_out_is_told_nothing(people, owe, record, browser, how):
    client = Client(HTTP_HOST="localhost")
    client.force_login(people.bo)
    session = Session.objects.get(user=people.bo)
    said = {"session_id": session.pk, "endpoint": browser.endpoint, **browser.keys}
    register_device(actor=Actor.person(people.bo), **said)
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    assert the_push().device is not None, "premise: it is owed to the browser"

    if how == "signs_out":
        client.logout()
    elif how == "ended_from_afar":
        end_session(actor=Actor.person(people.bo), session=session)
    elif how == "password":
        people.bo.set_password("another long enough secret")
        people.bo.save()
    else:
        people.bo.is_active = False
        people.bo.save()
    carry()

    assert not browser.heard
    assert the_push().state == "dropped"
    assert not Device.objects.filter(user=people.bo).exists()


def test_who_may_not_know_any_more_or_has_read_it_is_told_nothing(people, owe, record, device, browser):
    allowed = [True]  # when it is made
    owe(people.bo, still_may=lambda user, dues: dues if allowed else ())
    owe(people.bo, kind="contact")
    made = {one.kind: one for one in make_notices(actor=PLATFORM, record=record)}
    allowed.clear()
    assert Push.objects.count() == 2, "premise: both are owed"

    mark_read(actor=Actor.person(people.bo), notice=made["contact"])
    carry()

    assert not browser.heard
    assert dict(Push.objects.values_list("notice__kind", "error")) == {
        "approval": "no_right",
        "contact": "read",
    }


def test_in_quiet_hours_nothing_is_pushed_but_what_is_urgent(people, owe, record, device, browser):
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)
    owe(people.bo)
    owe(people.bo, kind="account", binding=True)
    make_notices(actor=PLATFORM, record=record)

    carry()

    assert len(browser.heard) == 1
    waits = Push.objects.get(state="waiting")
    assert waits.notice.kind == "approval"
    assert timedelta(minutes=100) < waits.due_at - timezone.now() <= timedelta(hours=2)


def test_quiet_hours_that_began_since_hold_it_too(people, owe, record, device, browser):
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)

    carry()

    assert not browser.heard
    assert (the_push().state, the_push().attempts) == ("waiting", 0)


def test_each_kind_can_be_left_out(people, owe, record, device, browser):
    owe(people.bo)
    choose(actor=Actor.person(people.bo), choices={"approval": {"push": False}})
    make_notices(actor=PLATFORM, record=record)

    assert not Push.objects.exists()
    assert Notice.objects.get().in_app
    assert Delivery.objects.count() == 1


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


# ── Registering ──────────────────────────────────────────────────────────────
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
