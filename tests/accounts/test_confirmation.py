"""What weighs most asks who one is, unless one has just said so."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.events import PersonConfirmed
from accounts.models import Session
from collab.demo.people import PEOPLE
from kernel import events

HERE = "/settings/confirmation/"
TOKEN = {"name": "t", "scope": "read"}


@pytest.fixture
def open_browser(page, cast):
    """Nora's browser, which she opened eleven minutes ago."""
    cache.clear()
    client = page("nora")
    client.get("/settings/")
    Session.objects.update(confirmed_at=timezone.now() - timedelta(minutes=11))
    return client


def confirm(client, password="collab-demo", **said):
    return client.post(HERE, {"password": password, **said})


def paths(cast):
    record = f"orgs/{cast.northwind.pk}/audit/"
    return [f"/{record}", f"/{record}export.csv"], [f"/api/v1/{record}", f"/api/v1/{record}bundle"]


def test_the_record_is_read_after_a_confirmation_and_the_secret_changes(open_browser, cast):
    pages, apis = paths(cast)
    for path in pages:
        answer = open_browser.get(f"{path}?q=x")
        assert answer.status_code == 302
        assert answer.url == f"{HERE}?next={path.replace('/', '%2F')}%3Fq%3Dx"
    for path in apis:
        refused = open_browser.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "confirmation_needed")
    before = open_browser.cookies[settings.SESSION_COOKIE_NAME].value

    assert confirm(open_browser, next=pages[0]).url == pages[0]

    assert {open_browser.get(path).status_code for path in pages + apis} == {200}
    assert open_browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    stolen = Client(HTTP_HOST="localhost")
    stolen.cookies[settings.SESSION_COOKIE_NAME] = before
    assert stolen.get("/settings/").status_code == 302


def test_a_token_is_made_after_a_confirmation_only(open_browser):
    refused = open_browser.post("/api/v1/tokens/", TOKEN, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "confirmation_needed")
    came_from = {"referer": "http://localhost/settings/tokens/?a=b"}
    answer = open_browser.post("/settings/tokens/", TOKEN, headers=came_from)
    assert answer.url == f"{HERE}?next=%2Fsettings%2Ftokens%2F%3Fa%3Db"

    confirm(open_browser)

    assert open_browser.post("/api/v1/tokens/", TOKEN, content_type="application/json").status_code == 201


@pytest.mark.parametrize(
    ("role", "status"), [("member", 201), ("admin", 403), ("auditor", 403), ("owner", 403)]
)
def test_to_invite_somebody_who_may_more_than_a_member_asks_first(open_browser, cast, role, status):
    path, said = f"/api/v1/orgs/{cast.northwind.pk}/members/", {"email": "n@fresh.example", "role": role}

    assert open_browser.post(path, said, content_type="application/json").status_code == status


def test_a_role_that_grows_asks_first(open_browser, cast):
    nils = next(
        one["id"]
        for one in open_browser.get(f"/api/v1/orgs/{cast.northwind.pk}/members/").json()["results"]
        if one["user"]["id"] == str(cast.nils.user_id)
    )
    ask = lambda **said: open_browser.patch(  # noqa: E731
        f"/api/v1/members/{nils}/", said, content_type="application/json"
    )

    assert ask(title="Buyer").status_code == 200
    assert ask(role="admin").json()["code"] == "confirmation_needed"
    confirm(open_browser)
    assert ask(role="admin").status_code == 200


def test_programs_with_a_token_are_not_asked(api, cast):
    for path in paths(cast)[1]:
        assert api("nora", "read").get(path).status_code == 200


def test_a_page_that_htmx_fetches_leads_the_whole_browser_there(open_browser, cast):
    answer = open_browser.get(
        paths(cast)[0][0], headers={"hx-request": "true", "referer": "http://localhost/inbox/"}
    )

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, f"{HERE}?next=%2Finbox%2F")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_nobody_is_sent_to_another_site(open_browser, elsewhere):
    assert confirm(open_browser, next=elsewhere).url == "/settings/"


def test_a_wrong_password_confirms_nothing_and_is_counted(open_browser, cast, monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])

    for _ in range(5):
        assert confirm(open_browser, "something else entirely").status_code == 200
    tried = confirm(open_browser)

    assert tried.status_code == 429, "the right one has to wait now"
    assert open_browser.get(paths(cast)[1][0]).status_code == 403
    assert [one.name for one in seen if one.name.startswith("accounts.")] == ["accounts.sign_in_failed"] * 5


def test_a_confirmation_is_recorded(open_browser, cast, monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])

    confirm(open_browser)

    [event] = [one for one in seen if isinstance(one, PersonConfirmed)]
    assert (event.by, event.person_id) == ("password", cast.nora.user_id)


def test_somebody_else_s_password_confirms_nothing(open_browser, cast):
    assert PEOPLE["sol"], "premise: Sol has a password of her own"
    cast.sol.user.set_password("her very own secret")
    cast.sol.user.save(update_fields=["password"])

    assert confirm(open_browser, "her very own secret").context["forms"][0].errors
