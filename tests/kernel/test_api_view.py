"""The JSON door: the order of refusals, lists, and keys that a network may repeat."""

import json

import pytest
from django.test import Client

from accounts.models import Reply
from kernel.gate import MAX_BODY_BYTES
from kernel.nouns import uuid7
from kernel.parsers import StrictJSONParser
from kernel.rules import RULES, rule
from orgs.models import Department
from tests.kernel import sample

pytestmark = pytest.mark.urls("tests.kernel.sample")
ALL, MANY = "tests/departments/", "tests/departments/?limit=2"


@pytest.fixture(autouse=True)
def sample_app():
    sample.CALLS.clear()
    rule("tests.change")(sample.may_change)
    yield
    del RULES["tests.change"]


@pytest.fixture
def one(cast):
    return f"tests/departments/{Department.objects.filter(organization=cast.northwind).first().pk}/"


def code(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def raw(api, path, body, method="PATCH", kind="application/json", **headers):
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.generic(method, f"/api/v1/{path}", body, kind, headers=api.headers | said)


@pytest.mark.parametrize("accept", ["text/html", "image/*", "nonsense", "application/json;q=0", ""])
def test_it_answers_in_json_whatever_is_asked_for(accept, api, one):
    answer = api("nora").get(one, Accept=accept)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert code(api("otto").get(one, Accept=accept)) == (404, "not_found")


# ── The order of refusals ────────────────────────────────────────────────────
@pytest.mark.parametrize("name", [None, "otto", "nils", "nora"])
def test_first_whether_it_can_be_read_at_all(name, api, one):
    for kind in ("application/json", "application/json; charset=utf-8"):
        assert code(raw(api(name), one, b"{", kind=kind)) == (400, "malformed")
    assert code(raw(api(name), f"tests/departments/{uuid7()}/", b"{")) == (400, "malformed")
    assert code(raw(api(name), one, b"{}", Idempotency_Key="a b")) == (400, "malformed")


def test_then_who_is_there(api, one):
    for body in (b"{}", b'{"name": "\\u0000"}', b"[]"):
        assert code(raw(api(), one, body)) == (401, "not_signed_in")
    assert code(raw(api(), one, b"{", kind="text/plain")) == (401, "not_signed_in")


def test_of_a_stranger_not_more_is_read_than_fits(api, one, monkeypatch):
    monkeypatch.setattr(StrictJSONParser, "parse", None)

    assert code(raw(api(), one, b"a" * (MAX_BODY_BYTES + 1))) == (401, "not_signed_in")


def test_then_how_long_it_is(api, one):
    assert code(raw(api("otto"), one, b"a" * 2_000_000)) == (413, "too_large")


def test_then_whether_it_is_theirs_to_know(api, one):
    foreign = api("otto").patch(one, {"unknown": 1})
    missing = api("otto").patch(f"tests/departments/{uuid7()}/", {"unknown": 1})

    assert code(foreign) == (404, "not_found")
    assert foreign.content == missing.content


def test_then_whether_they_may(api, one):
    answer = raw(api("nils"), one, b'{"unknown": "\\u0000"}')

    assert code(answer) == (403, "not_allowed")
    assert answer.json()["rule"] == "tests.change"


def test_then_what_was_said(api, one):
    nora = api("nora")

    assert code(raw(nora, one, b"name=a", kind="application/x-www-form-urlencoded"))[0] == 415
    assert code(raw(nora, one, b'{"name": "\\u0000"}')) == (422, "invalid_input")
    assert raw(nora, one, b'{"name": "a"}', kind="application/json; charset=utf-8").status_code == 200
    assert code(nora.patch(one, {"name": "taken", "unknown": 1})) == (422, "invalid_input")


def test_and_last_whether_it_can_be_done_now(api, one):
    assert code(api("nora").patch(one, {"name": "taken"})) == (409, "taken")
    assert api("nora").patch(one, {"name": "fine"}).status_code == 200


def test_a_key_that_may_only_read_writes_nothing(api, one):
    reader = api("nora", scope="read")

    assert reader.get(one).status_code == 200
    assert code(reader.patch(one, {"name": "fine"}))[0] == 403
    assert reader.patch(one, {"name": "fine"}).json()["rule"] == "tokens.write"


def test_a_method_that_is_not_there_says_so(api, one):
    assert code(api("nora").delete(one)) == (405, "method_not_allowed")
    assert "PATCH" in api("nora").delete(one).headers["Allow"]


def test_a_cookie_must_bring_its_csrf_token(page, one):
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = page("nora").cookies

    assert strict.get(f"/api/v1/{one}").status_code == 200
    refused = strict.patch(f"/api/v1/{one}", {"name": "a"}, content_type="application/json")
    assert (refused.status_code, refused.json()["rule"]) == (403, "csrf")


def test_an_address_that_does_not_exist_answers_like_what_is_not_theirs(api, one):
    nowhere = api("otto").get("tests/nowhere/")

    assert code(nowhere) == (404, "not_found")
    assert nowhere.content == api("otto").get(one).content


def test_to_come_back_later_is_said_in_seconds(api):
    answer = api().get("tests/open/")

    assert code(answer) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "7"


# ── Lists ────────────────────────────────────────────────────────────────────
def walk(api, path):
    found, cursor = [], ""
    while cursor is not None:
        answer = api.get(f"{path}&cursor={cursor}").json()
        found.append([row["id"] for row in answer["results"]])
        cursor = answer["next"]
    return found


def test_a_list_comes_in_pages_each_row_once(api, cast):
    rows = Department.objects.filter(organization=cast.northwind).order_by("pk")
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    assert len(keys) == 4, "premise"

    assert walk(api("nora"), MANY) == [keys[:2], keys[2:]]
    assert walk(api("nora"), MANY + "&newest") == [keys[:1:-1], keys[1::-1]]
    assert walk(api("otto"), MANY) == [[]]


def test_a_row_that_comes_meanwhile_doubles_nothing(api, cast):
    nora = api("nora")
    first = nora.get(MANY + "&newest").json()
    Department.objects.create(organization=cast.northwind, name="New")
    second = nora.get(f"{MANY}&newest&cursor={first['next']}").json()

    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=２", "limit=", "cursor=x", "cursor=AAAA"]
)
def test_a_page_that_cannot_be_is_refused_with_its_place(api, query):
    answer = api("nora").get(f"{ALL}?{query}")

    assert code(answer) == (422, "invalid_input")
    assert answer.json()["errors"][0]["pointer"] == query.partition("=")[0]


# ── Keys ─────────────────────────────────────────────────────────────────────
def test_the_same_key_and_body_get_the_same_answer_and_act_once(api):
    nora = api("nora")
    first, again = (nora.post(ALL, {"name": "a"}, Idempotency_Key="k1") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert sample.CALLS == ["a"]


def test_the_same_key_with_another_body_is_refused(api):
    nora = api("nora")
    nora.post(ALL, {"name": "a"}, Idempotency_Key="k1")

    assert code(nora.post(ALL, {"name": "b"}, Idempotency_Key="k1")) == (422, "idempotency_key_reused")
    assert nora.post(ALL, {"name": "b"}, Idempotency_Key="k2").status_code == 201
    assert api("sol").post(ALL, {"name": "b"}, Idempotency_Key="k1").status_code == 201, "keys are one's own"


def test_while_the_first_is_in_flight_the_second_waits(api, cast):
    nora = api("nora")
    nora.post(ALL, {"name": "a"}, Idempotency_Key="k1")
    Reply.objects.update(state=Reply.State.IN_FLIGHT)

    assert code(nora.post(ALL, {"name": "a"}, Idempotency_Key="k1")) == (409, "in_progress")


def test_a_refusal_or_a_defect_keeps_no_answer(api):
    nora = api("nora")
    nora.client.raise_request_exception = False

    assert nora.post(ALL, {"name": "full"}, Idempotency_Key="k1").status_code == 422
    assert nora.post(ALL, {"name": "broken"}, Idempotency_Key="k1").status_code == 500
    assert nora.post(ALL, {"name": "a"}, Idempotency_Key="k1").status_code == 201


def test_rights_are_checked_again_before_an_answer_is_repeated(api, cast, one):
    nora = api("nora")
    assert nora.patch(one, {"name": "a"}, Idempotency_Key="k1").status_code == 200
    cast.northwind.memberships.filter(user=cast.nora.user).update(role="member")

    assert nora.patch(one, {"name": "a"}, Idempotency_Key="k1").status_code == 403


@pytest.mark.parametrize("key", ["", "a b", "ä", "k" * 129])
def test_a_key_is_visible_ascii_and_not_too_long(api, key):
    assert code(api("nora").post(ALL, {"name": "a"}, Idempotency_Key=key)) == (400, "malformed")
    assert not sample.CALLS


def test_a_defect_is_a_problem_that_tells_nothing_of_what_was_typed(api):
    nora = api("nora")
    nora.client.raise_request_exception = False
    answer = nora.post(ALL, {"name": "broken"})

    assert code(answer) == (500, "internal")
    assert "typed" not in json.dumps(answer.json())
