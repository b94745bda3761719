from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Reply, Token
from accounts.operations import create_token
from kernel.actor import Actor
from kernel.errors import NotAllowed

TOKENS = "/api/v1/tokens/"


def post(client, said, **headers):
    return client.post(TOKENS, said, content_type="application/json", headers=headers)


def test_a_token_is_shown_once_and_listed_without_its_secret(browser, northwind):
    made = post(browser, {"name": "Nightly report", "scope": "write", "org": northwind["id"]})
    listed = browser.get(TOKENS).json()["results"]

    assert made.status_code == 201
    assert made.json()["token"].startswith("clb_")
    assert made.json()["org"] == {"id": northwind["id"], "name": northwind["name"]}
    assert listed == [{name: value for name, value in made.json().items() if name != "token"}]


def test_a_repeated_key_answers_with_the_same_token_and_the_database_holds_it_under_seal(browser, nora):
    first = post(browser, {"name": "once"}, **{"idempotency-key": "k1"})
    again = post(browser, {"name": "once"}, **{"idempotency-key": "k1"})

    assert again.json() == first.json()
    assert Token.objects.count() == 1
    assert first.json()["token"].encode() not in bytes(Reply.objects.get().body)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/name"),
        ({"name": "x", "scope": "root"}, "/scope"),
        ({"name": "x", "org": str(uuid4())}, "/org"),
        ({"name": "x", "org": "north"}, "/org"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"name": "x", "expires_at": "0001-01-01T00:00:00+14:00"}, "/expires_at"),
        ({"name": "x", "expires_at": []}, "/expires_at"),
        ({"name": "x", "user": "somebody"}, "/user"),
    ],
)
def test_what_does_not_fit_is_pointed_at(browser, said, pointer):
    answer = post(browser, said)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not Token.objects.exists()


@pytest.fixture
def bound(nora, as_nora, northwind):
    """A token for one organization, good for a day."""
    tomorrow = timezone.now() + timedelta(days=1)
    org = UUID(northwind["id"])
    return create_token(actor=as_nora, person=nora, name="bound", scope="admin", org=org, expires_at=tomorrow)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": "x", "expires_at": None}, "/org"),
        ({"name": "x", "org": "north"}, "/expires_at"),
    ],
)
def test_a_token_makes_none_that_reaches_further(stranger, bound, northwind, said, pointer):
    said = said | ({"org": northwind["id"]} if "org" in said else {})

    answer = post(stranger, said, authorization=f"Bearer {bound.secret}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_that_may_not_everything_makes_no_tokens(nora, as_nora, stranger, scope):
    token = create_token(actor=as_nora, person=nora, name="small", scope=scope)

    answer = post(stranger, {"name": "x"}, authorization=f"Bearer {token.secret}")

    assert answer.status_code == 403
    assert Token.objects.count() == 1


def test_nobody_makes_tokens_of_somebody_else(nora, otto):
    with pytest.raises(NotAllowed):
        create_token(actor=Actor.person(otto), person=nora, name="mine now")


def test_the_page_shows_the_new_token_once(browser, northwind):
    assert browser.get("/settings/tokens/").status_code == 200

    last = timezone.localdate() + timedelta(days=1)
    said = {"name": "script", "scope": "read", "org": northwind["id"], "expires_on": f"{last}"}
    page = browser.post("/settings/tokens/", said)
    secret = page.context["created"].secret

    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert secret not in browser.get("/settings/tokens/").content.decode()
    assert Token.objects.get().expires_at > timezone.now() + timedelta(days=1)


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"org": str(uuid4())}, {"expires_on": "2020-01-01"}, {"scope": "root"}]
)
def test_the_page_shows_what_does_not_fit(browser, northwind, bad):
    page = browser.post("/settings/tokens/", {"name": "script", "scope": "read", **bad})

    assert page.status_code == 422
    assert not Token.objects.exists()


def printed(*args):
    out = StringIO()
    call_command("token", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_token_and_nothing_else(nora, northwind, stranger):
    secret = printed("NORA@north.example", "--org", "north", "--scope", "write")

    assert secret.count("\n") == 1
    answer = stranger.get("/api/v1/me/", headers={"authorization": f"Bearer {secret.strip()}"})
    assert answer.json()["name"] == "Nora"
    assert str(Token.objects.get().org_id) == northwind["id"]


@pytest.mark.parametrize("args", [["nemo@noplace.example"], ["otto@noplace.example", "--org", "north"]])
def test_the_command_refuses_what_is_not_there(otto, northwind, args):
    with pytest.raises(CommandError):
        printed(*args)
