"""Coming in by Feishu, DingTalk and WeCom, each played by a server that speaks as theirs does; codes work once."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client

from accounts.errors import IdentityTaken, LastWayIn
from accounts.factors import totp
from accounts.models import ExternalIdentity, User
from accounts.operations import add_app, connect_identity, disconnect_identity
from accounts.providers import Identity
from audit.models import Outbox
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded, NotAllowed
from tests.accounts.conftest import PASSWORD

NAMES = ("feishu", "dingtalk", "wecom")
CODE = {"feishu": "code", "dingtalk": "authCode", "wecom": "code"}


class Elsewhere:
    """All three providers at once. ``answer`` replaces what one path says."""

    def __init__(self) -> None:
        self.codes = {"good": "mia"}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.url = ""

    def says(self, path: str, said: dict) -> tuple[int, dict]:
        """Return what a provider answers; a code is good for one who asks first."""
        if path.endswith("/oauth/token"):
            who = self.codes.pop(said["code"], None)
            return (200, {"code": 0, "access_token": f"u-{who}"}) if who else (400, {"code": 20003})
        if path.endswith("/user_info"):
            return 200, {
                "code": 0,
                "data": {"open_id": f"ou_{said['who']}", "name": "Mia 陈", "email": "nora@north.example"},
            }
        if path.endswith("/userAccessToken"):
            who = self.codes.pop(said["code"], None)
            return (200, {"accessToken": f"u-{who}"}) if who else (400, {"code": "invalidParameter"})
        if path.endswith("/users/me"):
            return 200, {"unionId": f"union_{said['who']}", "nick": "Mia 陈", "email": "nora@north.example"}
        if path.endswith("/gettoken"):
            fits = said["corpsecret"] == "secret"
            return 200, {"errcode": 0, "access_token": "corp"} if fits else {"errcode": 40001}
        if path.endswith("/getuserinfo"):
            who = self.codes.pop(said["code"], None)
            return 200, {"errcode": 0, "userid": who} if who else {"errcode": 40029}
        if path.endswith("/user/get"):
            return 200, {"errcode": 0, "name": "Mia 陈", "email": "nora@north.example"}
        return 404, {}


@pytest.fixture
def elsewhere(settings) -> Iterator[Elsewhere]:
    world = Elsewhere()

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer({key: one[0] for key, one in parse_qs(urlsplit(self.path).query).items()})

        def do_POST(self):
            self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def answer(self, said):
            path = urlsplit(self.path).path
            world.asked.append(path)
            shown = self.headers.get("Authorization") or self.headers.get("x-acs-dingtalk-access-token") or ""
            status, found = world.says(path, said | {"who": shown.rpartition("u-")[2]})
            body = json.dumps(found).encode()
            for end, bent in world.answers.items():
                status, body = bent if path.endswith(end) else (status, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{world.url}/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    world.url = f"http://127.0.0.1:{server.server_port}"
    apps = {"feishu": "cli:secret", "dingtalk": "ding:secret", "wecom": "corp:1000002:secret"}
    settings.SIGN_IN_WITH = {
        name: {"app": app, "page": world.url, "api": world.url} for name, app in apps.items()
    }
    yield world
    server.shutdown()
    server.server_close()


def begin(client, name, **said):
    """Return the state that a provider's page is asked to bring back."""
    asked = urlsplit(client.get(f"/sign-in/with/{name}/", said).url)
    return parse_qs(asked.query)["state"][0]


def come_back(client, name, state, code="good", **said):
    return client.get(f"/sign-in/with/{name}/callback/", {CODE[name]: code, "state": state, **said})


def subject_of(name):
    return {"feishu": "ou_mia", "dingtalk": "union_mia", "wecom": "corp:mia"}[name]


def is_in(client):
    return client.session.get("_auth_user_id")


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def connected(nora, name) -> ExternalIdentity:
    identity = Identity(name, subject_of(name), "Mia 陈")
    return connect_identity(actor=Actor.person(nora), person=nora, identity=identity)


def test_where_none_is_switched_on_there_is_no_button_and_no_door(stranger, browser, name):
    assert "/sign-in/with/" not in stranger.get("/sign-in/").content.decode()
    assert stranger.get(f"/sign-in/with/{name}/").status_code == 404
    assert stranger.get(f"/sign-in/with/{name}/callback/").status_code == 404
    assert "None is switched on" in browser.get("/settings/connections/").content.decode()


def test_switched_on_each_has_its_button(stranger, elsewhere):
    page = stranger.get("/sign-in/").content.decode()

    assert all(f"/sign-in/with/{name}/" in page for name in NAMES)


def test_a_page_elsewhere_is_asked_to_send_back_to_our_own_address(stranger, elsewhere, name, settings):
    away = (
        Client(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_HOST="evil.example").get(f"/sign-in/with/{name}/").url
    )

    said = parse_qs(urlsplit(away).query)
    assert said["redirect_uri"] == [f"{settings.PUBLIC_URL}/sign-in/with/{name}/callback/"]
    assert "secret" not in away


def test_whom_an_account_knows_comes_in(stranger, elsewhere, connected, nora, name):
    answer = come_back(stranger, name, begin(stranger, name, next="/inbox/"))

    assert answer.url == "/inbox/"
    assert is_in(stranger) == str(nora.pk)
    assert connected.fresh().last_used_at
    assert Outbox.objects.filter(name="accounts.person_signed_in", actor_id=nora.pk).exists()


def test_a_stranger_with_somebodys_mail_address_gets_nobodys_account(stranger, elsewhere, nora, name):
    """The provider says nora@north.example; that proves nothing here."""
    answer = come_back(stranger, name, begin(stranger, name))

    assert answer.url == "/sign-in/?next=%2Fsettings%2Fconnections%2F"
    assert not is_in(stranger)
    assert not ExternalIdentity.objects.exists()
    assert User.objects.filter(email="nora@north.example").count() == 1, "and no account is made"


def test_who_then_signs_in_and_confirms_is_connected_and_told(
    stranger, elsewhere, nora, name, django_capture_on_commit_callbacks
):
    way = come_back(stranger, name, begin(stranger, name)).url
    stranger.post("/sign-in/", {"login": nora.email, "password": PASSWORD, "next": "/settings/connections/"})
    page = stranger.get("/settings/connections/").content.decode()
    assert "Mia 陈" in page
    assert not ExternalIdentity.objects.exists(), "signing in alone connects nothing"

    with django_capture_on_commit_callbacks(execute=True):
        assert stranger.post("/settings/connections/pending/").url == "/settings/connections/"

    assert way.startswith("/sign-in/")
    assert ExternalIdentity.objects.get().user == nora
    assert mail.outbox[0].to == [nora.email]
    assert stranger.post("/settings/connections/pending/").status_code == 404, "once"


def test_in_settings_one_connects_by_confirming_too(browser, elsewhere, nora, name):
    assert come_back(browser, name, begin(browser, name)).url == "/settings/connections/"
    assert not ExternalIdentity.objects.exists(), "a callback alone connects nothing"

    browser.post("/settings/connections/pending/")

    assert ExternalIdentity.objects.get().subject == subject_of(name)
    told = Outbox.objects.get(name="accounts.identity_connected")
    assert told.payload["provider"] == name
    assert "mia" not in json.dumps(told.payload)


def test_whoever_says_it_is_not_them_is_not_connected(browser, elsewhere, name):
    come_back(browser, name, begin(browser, name))
    browser.post("/settings/connections/pending/removal/")

    assert browser.post("/settings/connections/pending/").status_code == 404


def test_a_state_works_once_for_its_provider_in_its_browser(stranger, elsewhere, connected, name):
    other = Client(HTTP_HOST="localhost")
    state = begin(stranger, name)
    wrong = NAMES[NAMES.index(name) - 1]

    assert come_back(other, name, state).url == "/sign-in/", "another browser"
    assert come_back(stranger, name, "made-up").url == "/sign-in/"
    assert come_back(stranger, wrong, state).url == "/sign-in/", "another provider; the state is gone now"
    assert come_back(stranger, name, state).url == "/sign-in/"
    assert not is_in(stranger)
    assert elsewhere.asked == [], "nobody was asked for a code that came the wrong way"


def test_of_two_callbacks_at_once_one_goes_on(stranger, elsewhere, connected, name):
    state = begin(stranger, name)
    before = stranger.session["provider_states"]
    first = come_back(stranger, name, state)
    assert first.url == "/"
    stranger.post("/sign-out/")
    begin(stranger, name)  # has a session again
    session = stranger.session
    session["provider_states"] = before  # as the other request had loaded it before the first was done
    session.save()
    elsewhere.codes["good"] = "mia"

    second = come_back(stranger, name, state)

    assert second.url == "/sign-in/"
    assert not is_in(stranger)


def test_a_replayed_code_is_turned_away(stranger, elsewhere, connected, name):
    come_back(stranger, name, begin(stranger, name))
    again = Client(HTTP_HOST="localhost")

    assert come_back(again, name, begin(again, name)).url == "/sign-in/"
    assert not is_in(again)


def test_who_has_left_the_desk_does_not_connect_for_who_sits_there_now(browser, otto, elsewhere, name):
    state = begin(browser, name)
    browser.force_login(otto)

    come_back(browser, name, state)

    assert browser.post("/settings/connections/pending/").status_code == 404


@pytest.mark.parametrize(
    "bent",
    [
        (500, b"oops"), (200, b"oops"), (200, b"[]"), (200, b"null"), (200, b"{}"), (200, b""), (302, b""),
        (200, b'{"code": 99991663, "errcode": 40014}'), (200, b"[" * 9000), (200, b"\xff\xfe"),
        (200, b'{"code": 0, "data": [], "access_token": 7, "accessToken": {}, "errcode": "x", "userid": []}'),
        (200, b'{"code": 0, "data": {"open_id": "a\\u0000b"}, "unionId": "a\\u0000b", "errcode": 0, "userid": "a\\u0000b"}'),
        (200, b"x" * 200_000),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["first", "last"])
def test_odd_answers_lead_back_to_the_sign_in_page(stranger, elsewhere, connected, name, bent, step):
    paths = {
        "feishu": ("/oauth/token", "/user_info"),
        "dingtalk": ("/userAccessToken", "/users/me"),
        "wecom": ("/gettoken", "/getuserinfo"),
    }
    elsewhere.answers[paths[name][step == "last"]] = bent

    answer = come_back(stranger, name, begin(stranger, name))

    assert answer.url == "/sign-in/"
    assert "did not tell us" in stranger.get("/sign-in/").content.decode()
    assert not is_in(stranger)


def test_one_that_is_down_leads_back_too(stranger, elsewhere, name, settings):
    settings.SIGN_IN_WITH = {name: settings.SIGN_IN_WITH[name] | {"api": "http://127.0.0.1:9"}}

    assert come_back(stranger, name, begin(stranger, name)).url == "/sign-in/"


@pytest.mark.parametrize(
    "said", [{"error": "access_denied"}, {"code": "", "authCode": ""}, {"code": "x" * 5000}]
)
def test_a_callback_without_a_good_code_leads_back(stranger, elsewhere, name, said):
    state = begin(stranger, name)

    answer = stranger.get(f"/sign-in/with/{name}/callback/", {"state": state, **said})

    assert answer.url == "/sign-in/"


def test_a_closed_account_and_a_demo_from_afar_stay_out(stranger, elsewhere, connected, nora, name):
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert come_back(stranger, name, begin(stranger, name)).url == "/inactive/"
    User.objects.filter(pk=nora.pk).update(is_active=True, is_demo=True)
    elsewhere.codes["good"] = "mia"
    state = begin(stranger, name)

    answer = stranger.get(
        f"/sign-in/with/{name}/callback/", {CODE[name]: "good", "state": state}, REMOTE_ADDR="203.0.113.9"
    )

    assert answer.url == "/sign-in/"
    assert not is_in(stranger)


def test_who_has_a_second_factor_is_asked_for_it_by_this_way_too(stranger, elsewhere, connected, nora, name):
    secret = totp.generate_totp_secret()
    step = list(totp.yield_hotp_counters_from_time())[1]
    code = totp.format_hotp_value(totp.hotp_value(secret, step))
    add_app(actor=Actor.person(nora), person=nora, secret=secret, code=code)

    answer = come_back(stranger, name, begin(stranger, name))

    assert answer.url.startswith("/sign-in/code/")
    assert not is_in(stranger)


def test_connecting_and_disconnecting_ask_who_one_is(nora, connected, name):
    long_ago = Actor.person(nora, is_recent=False)
    with pytest.raises(ConfirmationNeeded):
        connect_identity(actor=long_ago, person=nora, identity=Identity("other", "x", ""))
    with pytest.raises(ConfirmationNeeded):
        disconnect_identity(actor=long_ago, identity=connected)


def test_an_identity_opens_one_account(nora, otto, connected, name):
    identity = Identity(name, subject_of(name), "")
    with pytest.raises(IdentityTaken):
        connect_identity(actor=Actor.person(otto), person=otto, identity=identity)
    with pytest.raises(IdentityTaken):
        connect_identity(actor=Actor.person(nora), person=nora, identity=Identity(name, "another", ""))

    assert connect_identity(actor=Actor.person(nora), person=nora, identity=identity) == connected


def test_one_disconnects_ones_own_and_never_the_last_way_in(browser, nora, otto, connected):
    other = Client(HTTP_HOST="localhost")
    other.force_login(otto)
    path = f"/settings/connections/{connected.pk}/removal/"
    assert other.post(path).status_code == 404
    with pytest.raises(NotAllowed):
        disconnect_identity(actor=Actor.person(otto), identity=connected)
    without = nora.fresh()
    without.set_unusable_password()
    without.save()
    with pytest.raises(LastWayIn):
        disconnect_identity(actor=Actor.person(without), identity=connected)
    User.objects.filter(pk=nora.pk).update(password=nora.password)

    assert browser.post(path).url == "/settings/connections/"
    assert not ExternalIdentity.objects.exists()


def test_nobody_is_led_to_another_site(stranger, elsewhere, connected, name):
    for going in ("https://evil.example/", "//evil.example", "inbox", "\ufffd"):
        elsewhere.codes["good"] = "mia"
        assert come_back(stranger, name, begin(stranger, name, next=going)).url == "/"
        stranger.post("/sign-out/")
