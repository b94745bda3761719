"""The JSON door: shapes, refusals and their codes, in the contract's order."""

from uuid import uuid4

import pytest

from approvals.starters import EXPENSE
from tests.approvals.conftest import MONEY, definition_of, yes

BASE = "approvals/instances/"


def asked(cast, **changes):
    form = {"supplier": str(cast.southbay.pk), "amount": MONEY, "reason": "Wall"}
    return {"definition": str(definition_of(cast.northwind).pk), "title": "Housing", "form": form} | changes


def act(api, who, instance, action, **words):
    return api(who).post(
        f"{BASE}{instance.pk if hasattr(instance, 'pk') else instance}/actions/", {"action": action} | words
    )


def test_the_whole_story_through_the_api(cast, api):
    made = api("nils").post(BASE, asked(cast))
    assert made.status_code == 201, made.json()
    key = made.json()["id"]
    assert set(made.json()) >= {
        "id", "number", "state", "title", "definition", "initiator", "acting_org", "form", "form_rev", "round",
        "parties", "runs", "can",
    }  # fmt: skip
    inbox = api("nora").get("approvals/inbox/").json()["results"]
    slot = next(one for one in inbox if one["instance"]["id"] == key)["assignment"]

    first = act(api, "nora", key, "approve", assignment=slot, form_rev=1)
    assert first.status_code == 200, first.json()
    assert act(api, "nora", key, "approve", comment="Within budget").status_code == 200
    last = act(api, "sol", key, "approve")

    assert last.json()["state"] == "APPROVED"
    seen = api("nils").get(f"{BASE}{key}/").json()
    assert [one["state"] for one in seen["parties"]] == ["DONE", "DONE"]
    assert [one["state"] for one in seen["runs"]] == ["APPROVED", "APPROVED", "DONE"]
    events = api("nils").get(f"{BASE}{key}/events/").json()["results"]
    assert [one["type"] for one in events][-1] == "settled"
    assert all("seq" not in one for one in events)


def test_refusals_say_which(cast, api, running):
    assert act(api, "sol", running, "approve").status_code == 404
    assert act(api, "nils", running, "approve").json()["code"] == "not_assigned"
    assert act(api, "nora", running, "approve", assignment=str(uuid4())).json()["code"] == "not_assigned"
    assert act(api, "nora", running, "approve", form_rev=7).json()["code"] == "stale_form"
    rejected = act(api, "nora", running, "reject")
    assert (rejected.status_code, rejected.json()["errors"][0]["pointer"]) == (422, "/comment")
    read_only = act(api, "nora", running, "approve", fields={"amount": MONEY})
    assert (read_only.status_code, read_only.json()["rule"]) == (403, "approvals.edit_form")
    assert act(api, "nora", running, "approve", fields={"nothing": 1}).status_code == 422
    assert act(api, "nora", running, "reject", comment="No").json()["state"] == "REJECTED"
    again = act(api, "nora", running, "approve")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert act(api, "nora", running, "withdraw").status_code == 403
    assert act(api, "nils", running, "withdraw").json()["code"] == "request_closed"


@pytest.mark.parametrize(
    "words",
    [
        {"action": "fly"},
        {"action": 3},
        {"action": "approve", "assignment": "x"},
        {"action": "approve", "form_rev": "1"},
        {"action": "approve", "form_rev": 10**30},
        {"action": "approve", "comment": ["x"]},
        {"action": "approve", "comment": "nul \u0000"},
        {"action": "comment", "comment": "x", "audience": "world"},
        {"action": "approve", "surprise": 1},
        {},
    ],
)
def test_bad_actions_are_input_errors(api, running, words):
    answer = api("nora").post(f"{BASE}{running.pk}/actions/", words)

    assert answer.status_code == 422
    assert running.fresh().state == "RUNNING"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"definition": "x"}, "/definition"),
        ({"definition": str(uuid4())}, "/definition"),
        ({"title": 7}, "/title"),
        ({"form": []}, "/form"),
        ({"form": {"amount": 3}}, "/form/amount"),
        ({"workspace": str(uuid4())}, "/workspace"),
        ({"parties": []}, "/parties"),
        ({"parties": {"stranger": str(uuid4())}}, "/parties/stranger"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_requests_point_at_what_is_wrong(cast, api, changes, pointer):
    answer = api("nils").post(BASE, asked(cast, **changes))

    assert answer.status_code == 422, answer.json()
    assert pointer in {one["pointer"] for one in answer.json()["errors"]}


def test_a_key_makes_one_request_of_two(cast, api):
    first, second = (api("nils").post(BASE, asked(cast), Idempotency_Key="once-0001") for _ in range(2))

    assert first.json()["id"] == second.json()["id"]


def test_definitions_by_api(cast, api):
    body = EXPENSE | {"key": "by.api"}
    assert api("nils").post("approvals/definitions/", body).status_code == 403
    made = api("nora").post("approvals/definitions/", body)
    assert (made.status_code, made.json()["state"]) == (201, "draft"), made.json()
    address = f"approvals/definitions/{made.json()['id']}/"
    assert api("nora").get(address).json()["body"] == body
    assert api("sol").get(address).status_code == 404

    published = api("nora").post(f"{address}publication/")
    assert (published.status_code, published.json()["state"]) == (201, "published")
    assert api("nora").post(f"{address}publication/").json()["code"] == "version_fixed"

    broken = api("nora").post(f"{address}versions/", body | {"flow": []})
    assert (broken.status_code, broken.json()["number"]) == (201, 2)
    refused = api("nora").post(f"{address}versions/{broken.json()['id']}/publication/")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/flow")
    assert len(api("nora").get(f"{address}versions/").json()["results"]) == 2
    assert api("nora").get("approvals/definitions/").json()["results"]


def test_a_version_is_not_written_over_one_that_was_not_seen(cast, api):
    body = EXPENSE | {"key": "by.two"}
    first = api("nora").post("approvals/definitions/", body).json()
    door = f"approvals/definitions/{first['id']}/versions/"
    second = api("nora").post(f"{door}?based_on={first['sha256']}", body | {"title": {"en": "Second"}})
    assert second.status_code == 201

    stale = api("nora").post(f"{door}?based_on={first['sha256']}", body | {"title": {"en": "Third"}})
    assert (stale.status_code, stale.json()["code"]) == (409, "draft_changed")
    assert api("nora").get(f"approvals/definitions/{first['id']}/").json()["body"]["title"] == {
        "en": "Second"
    }
    assert api("nora").post(f"{door}?based_on=x", body).status_code == 422
    assert api("nora").post(door, body | {"title": {"en": "Third"}}).status_code == 201


def test_a_shared_comment_through_the_api(cast, api, with_southbay):
    said = act(api, "sol", with_southbay, "comment", comment="January?", audience="shared")
    assert said.status_code == 200

    heard = api("nils").get(f"{BASE}{with_southbay.pk}/").json()["comments"]
    assert [(one["body"], one["author"]["org"]["name"]) for one in heard] == [
        ("January?", cast.southbay.name)
    ]


def test_a_strangers_request_needs_a_sign_in(api):
    for path in ("definitions/", "instances/", "inbox/"):
        assert api().get(f"approvals/{path}").status_code == 401


def test_a_waiting_request_is_in_the_inbox_until_it_is_decided(cast, api, running):
    def keys():
        return {one["instance"]["id"] for one in api("nora").get("approvals/inbox/").json()["results"]}

    assert str(running.pk) in keys()
    yes(cast.nora, running)
    yes(cast.nora, running)
    assert str(running.pk) not in keys()
