"""One's own account by the API: the copy of one's data, leaving and staying, whom one is known as elsewhere."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.models import Copy, ExternalIdentity, Session, Token
from accounts.operations import ask_for_copy, ask_to_leave, connect_identity
from accounts.providers import Identity
from accounts.tasks import make_copy

COPIES, IDENTITIES, LEAVING = "me/copies/", "me/identities/", "me/leaving/"
NILS = {"email": "nils@northwind.example"}


@pytest.fixture
def feishu(cast):
    return connect_identity(
        actor=cast.nils, person=cast.nils.user, identity=Identity("feishu", "ou_nils", "Nils")
    )


def content_of(answer):
    return io.BytesIO(b"".join(answer.streaming_content))


# ── The copy ─────────────────────────────────────────────────────────────────
def test_a_copy_is_asked_for_waited_for_and_taken(cast, api, recorded):
    nils = api("nils")
    asked = nils.post(COPIES)
    assert (asked.status_code, asked.json()["state"], asked.json()["good_until"]) == (201, "asked", None)
    one = f"{COPIES}{asked.json()['id']}/"
    early = nils.get(f"{one}content")
    assert (early.status_code, early.json()["code"]) == (409, "no_copy_there")
    assert nils.post(COPIES).json()["code"] == "copy_underway"

    make_copy(asked.json()["id"])

    ready = nils.get(one).json()
    assert (ready["state"], ready["done"]) == ("ready", ready["parts"])
    assert nils.get(COPIES).json()["results"] == [ready]
    taken = nils.get(f"{one}content")
    assert taken.headers["Content-Type"] == "application/zip"
    assert "no-store" in taken.headers["Cache-Control"]
    with zipfile.ZipFile(content_of(taken)) as pack:
        assert any(
            NILS["email"] in pack.read(name).decode() for name in pack.namelist() if name.endswith("json")
        )
    assert [one.name for one in recorded("accounts.copy_taken")] == ["accounts.copy_taken"]


def test_after_its_day_there_is_no_file(cast, api):
    copy = ask_for_copy(actor=cast.nils, person=cast.nils.user)
    make_copy(str(copy.pk))
    Copy.objects.update(ready_at=timezone.now() - timedelta(hours=25))

    assert api("nils").get(f"{COPIES}{copy.pk}/content").json()["code"] == "no_copy_there"


# ── Leaving ──────────────────────────────────────────────────────────────────
def test_leaving_ends_the_token_that_asked_and_a_letter_says_until_when(
    cast, api, django_capture_on_commit_callbacks
):
    nils = api("nils")
    assert nils.get(LEAVING).json() == {"leaves_at": None, "obstacles": []}

    with django_capture_on_commit_callbacks(execute=True):
        answer = nils.put(LEAVING, NILS)

    assert answer.status_code == 200
    assert answer.json()["leaves_at"]
    assert nils.get(LEAVING).status_code == 401
    assert not Token.objects.filter(user=cast.nils.user, epoch=cast.nils.user.fresh().auth_epoch).exists()
    assert [letter.to for letter in mail.outbox] == [[NILS["email"]]]


def test_who_signs_in_again_stays(cast, page):
    ask_to_leave(actor=cast.nils, person=cast.nils.user)
    nils = page()
    nils.post("/sign-in/", {"login": NILS["email"], "password": PASSWORD})

    assert nils.delete(f"/api/v1/{LEAVING}").status_code == 204

    assert cast.nils.user.fresh().leaves_at is None
    again = nils.delete(f"/api/v1/{LEAVING}")
    assert (again.status_code, again.json()["code"]) == (409, "staying")


def test_another_address_is_a_mistake(cast, api):
    answer = api("nils").put(LEAVING, {"email": "nora@northwind.example"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/email")
    assert cast.nils.user.fresh().leaves_at is None


def test_who_cannot_be_spared_is_told_what_to_do_first(cast, api):
    nora = api("nora")
    [before] = nora.get(LEAVING).json()["obstacles"]
    assert cast.northwind.name in before

    answer = nora.put(LEAVING, {"email": "nora@northwind.example"})

    assert (answer.status_code, answer.json()["code"]) == (409, "still_needed")
    assert [one["detail"] for one in answer.json()["errors"]] == [before]


# ── Known elsewhere ──────────────────────────────────────────────────────────
def test_an_identity_is_listed_by_its_provider_and_never_by_its_key(api, feishu):
    answer = api("nils", scope="read").get(IDENTITIES)

    [one] = answer.json()["results"]
    assert (one["id"], one["provider"], one["name"]) == (str(feishu.pk), "feishu", "Nils")
    assert "ou_nils" not in json.dumps(answer.json())


def test_it_is_disconnected_unless_it_is_the_last_way_in(cast, api, feishu, recorded):
    nils, person = api("nils"), cast.nils.user.fresh()
    kept = person.password
    person.set_unusable_password()
    person.save(update_fields=["password"])
    refused = nils.delete(f"{IDENTITIES}{feishu.pk}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")

    person.password = kept
    person.save(update_fields=["password"])
    assert nils.delete(f"{IDENTITIES}{feishu.pk}/").status_code == 204

    assert not ExternalIdentity.objects.filter(pk=feishu.pk).exists()
    assert len(recorded("accounts.identity_disconnected")) == 1


# ── Who may, and how lately they have shown that it is them ──────────────────
@pytest.fixture
def doors(cast, feishu):
    """What asks for a fresh proof: method, path, body, and how it is answered to who has given one."""
    copy = ask_for_copy(actor=cast.nils, person=cast.nils.user)
    make_copy(str(copy.pk))
    return [
        ("GET", f"{COPIES}{copy.pk}/content", None, 200),
        ("POST", COPIES, {}, 201),
        ("DELETE", f"{IDENTITIES}{feishu.pk}/", {}, 204),
        ("PUT", LEAVING, NILS, 200),
    ]


def knock(client, method, path, body):
    return client.generic(method, f"/api/v1/{path}", json.dumps(body or {}), "application/json")


def test_a_session_that_is_not_fresh_is_asked_who_it_is(cast, page, doors):
    nils = page("nils")
    Session.objects.update(confirmed_at=timezone.now() - timedelta(minutes=11))
    for method, path, body, _ in doors:
        answer = knock(nils, method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_needed"), path

    Session.objects.update(confirmed_at=timezone.now())

    assert [knock(nils, *door).status_code for *door, _ in doors] == [status for *_, status in doors]


def test_a_token_that_may_not_manage_the_account_is_refused_by_name(api, doors):
    nils = api("nils", scope="write")

    refused = [nils._ask(method, path, body, {}) for method, path, body, _ in doors]

    assert {one.status_code for one in refused} == {403}
    assert {one.json()["rule"] for one in refused} == {
        "accounts.take_copy",
        "accounts.connect",
        "accounts.leave",
    }


def test_nobody_comes_near_what_is_anothers(api, doors):
    for method, path, body, _ in doors[:3:2]:
        assert api("nora")._ask(method, path, body, {}).status_code == 404
    assert api("nora").get(COPIES).json()["results"] == api("nora").get(IDENTITIES).json()["results"] == []
