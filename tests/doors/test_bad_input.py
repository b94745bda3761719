"""What does not fit, at every address of the API that takes words: the contract's problem, nothing written.

Every address is asked in some of the ways that stand here, and its neighbours in the others; ``make soak`` asks each in all.
"""

import os

import pytest
from django.test import RequestFactory

from accounts.models import User
from approvals.callbacks import address_of
from kernel.actor import Actor
from kernel.nouns import uuid7
from kernel.schema import parameters_of
from orgs.operations import invite_member
from tests.cast import Api
from tests.doors.addresses import METHODS, addresses
from tests.doors.bodies import (
    BODIES,
    BY_BOT,
    BY_EASTGATE,
    BY_HELD,
    BY_SIA,
    BY_SOUTHBAY,
    bent,
    filled,
    said,
    words_of,
)
from tests.doors.visitors import READING, Watch, been_here, undone

JSON = "application/json"
PARTS = 4  # so that several processes may share the work
SOAKS = bool(os.environ.get("SOAK_SECONDS"))
SHARES = 1 if SOAKS else 4  # of the ways that are the same for all addresses
MOST = 60 if SOAKS else 15  # of the ways to bend the body of one address; a longer one is sampled
MEGABYTE = 1024 * 1024
OF_THE_ROUTE = object()  # whoever may
LONG = b"{" * (2 * MEGABYTE)
HOOK = (
    "POST",
    "hooks/<slug:token>/",
)  # open to whoever has its address, as is that of a step which calls out
CALLBACK = ("POST", "approvals/callbacks/<str:token>/")
SENT_IN_VAIN = {"bots_inletrefusal"}  # it keeps what was refused there, for those who set it up
UNREADABLE = ((None, b"{", 400), (None, LONG, 401), ("otto", b"{", 400), ("otto", LONG, 413))
DEEP = b'{"name": ' + b"[" * 32 + b"]" * 32 + b"}"
REFUSED = {
    "no JSON": (b"{", 400),
    "not a value": (b'{"name": NaN}', 400),
    "a key twice": (b'{"name": "a", "name": "b"}', 400),
    "33 deep": (DEEP, 400),
    "100,000 deep": (b"[" * 100_000, 400),
    "no UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "a number of 5,000 digits": (b'{"name": ' + b"9" * 5000 + b"}", 400),
    "a number beyond floats": (b'{"name": 1e400}', 400),
    "a NUL": (b'{"name": "a\\u0000b"}', 422),
    "a NUL in a key": (b'{"a\\u0000b": 1}', 422),
    "half a surrogate pair": (b'{"name": "\\ud800"}', 422),
    "an array": (b"[]", 422),
    "a text": (b'"name"', 422),
    "an unknown field": (b'{"unheard_of": 1}', 422),
    "1.1 MB": (b'{"name": "' + b"a" * (11 * MEGABYTE // 10) + b'"}', 413),
    "10 MB": (b'{"name": "' + b"a" * (10 * MEGABYTE) + b'"}', 413),
}


class Desk:
    """The API with somebody at it who may: what is refused, is refused for what was said."""

    def __init__(self, cast, api, samples):
        self.words = words_of(cast, samples.ids)
        self.samples = samples
        self.people = {name: api(name) for name in (None, "nora", "sol", "sia", "eve", "otto")}
        held = Actor.person(
            User.objects.get(email="seldom@southbay.example"), cast.southbay
        )  # by our samples
        self.people["held"] = api(held)
        self.people["bot"] = Api(samples.ids["bot_token"])
        self.offer = invite_member(actor=cast.nora, organization=cast.northwind, email=cast.eve.user.email)
        for one in self.people.values():
            one.client.raise_request_exception = False
            been_here(one)
        self.asked, self.watch = 0, Watch()

    def send(self, address, method, body, kind=JSON, who=OF_THE_ROUTE, query=""):
        """Return the answer, what was written although it was refused, and what a problem lacks."""
        route = (method, address.route.removeprefix("api/v1/"))
        if who is OF_THE_ROUTE:
            others = {"sol": BY_SOUTHBAY, "sia": BY_SIA, "eve": BY_EASTGATE, "held": BY_HELD, "bot": BY_BOT}
            who = next((name for name, routes in others.items() if route in routes), "nora")
        ids = self.samples.of(address) | ({"token": self.offer.token} if route in BY_EASTGATE else {})
        if route == HOOK:
            ids["token"] = self.samples.ids["hook"]
        if route == CALLBACK:
            ids["token"] = address_of(uuid7()).rstrip("/").rpartition("/")[2]
        return self.send_to(address.at(ids), method, body, kind, who, query)

    def send_to(self, path, method, body, kind=JSON, who="nora", query=""):
        who = self.people[who]
        self.asked += 1
        with undone():
            path += query and f"?{query}"
            answer = who.client.generic(method, path, body, kind, headers=who.headers)
            done = self.watch.done() - SENT_IN_VAIN
        return answer, problems_of(answer, done)


def problems_of(answer, done):
    if answer.status_code < 400:
        return []
    found = [f"{answer.status_code} {answer.exc_info[1]!r}"] if answer.status_code >= 500 else []
    if answer.headers["Content-Type"] != "application/problem+json":
        return [*found, f"no problem+json: {answer.headers['Content-Type']}"]
    body = answer.json()
    if set(body) - {"rule"} != {"type", "title", "status", "code", "errors"}:
        found.append(f"fields {sorted(body)}")
    if any(set(one) != {"pointer", "code", "detail"} for one in body["errors"]):
        found.append(f"errors {body['errors']}")
    return [*found, f"wrote {done}"] if done else found


@pytest.fixture
def desk(cast, api, samples, record_property):
    one = Desk(cast, api, samples)
    yield one
    record_property("requests", one.asked)


def writes(part=0, of=1):
    found = [
        (address, method)
        for address in addresses()
        if address.methods is not None
        for method in METHODS
        if method in address.methods and method not in READING
    ]
    return found[part::of]


def share(ways, number):
    """Return those of the ways that the address of this number is asked."""
    return list(ways)[number % SHARES :: SHARES]


def at(body, place):
    """Return what stands at ``place``, short enough to print."""
    for step in place.split("/")[1:]:
        if step[:1] in "+-*":
            break
        body = body[int(step)] if isinstance(body, list) else body[step]
    return repr(body)[:60]


def named(address, method):
    return method, address.route.removeprefix("api/v1/")


def test_every_write_of_the_api_has_a_body_that_fits():
    known = {named(*one) for one in writes()}

    assert known == set(BODIES), "tests/doors/bodies.py knows one body for each write"


@pytest.mark.parametrize("part", range(PARTS))
def test_what_cannot_be_read_is_refused_with_the_same_words_everywhere(part, desk):
    wrong = []
    for number, (address, method) in enumerate(writes(part, PARTS)):
        for name, (body, status) in share(REFUSED.items(), number):
            answer, problems = desk.send(address, method, body)
            if problems or answer.status_code != status:
                wrong.append((*named(address, method), name, answer.status_code, *problems))
        answer, problems = desk.send(address, method, b"name=a", "application/x-www-form-urlencoded")
        if problems or answer.status_code != 415:
            wrong.append((*named(address, method), "a form", answer.status_code, *problems))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("part", range(PARTS))
def test_what_cannot_be_read_is_said_before_anybody_is_asked_who_they_are(part, desk):
    """The premise is the walk: the same people hear 401, 404 and 403 when what they send can be read."""
    wrong = []
    for address, method in writes(part, PARTS):
        for name, body, status in UNREADABLE:
            answer, problems = desk.send(address, method, body, who=name)
            if named(address, method) in (HOOK, CALLBACK) and status == 401:
                status = 413
            if problems or answer.status_code != status:
                wrong.append((*named(address, method), name, body[:9], answer.status_code, *problems))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("part", range(PARTS))
def test_one_wrong_place_in_a_body_that_fits_is_a_refusal_not_a_defect(part, desk):
    wrong = []
    for address, method in writes(part, PARTS):
        ways = list(bent(filled(BODIES[named(address, method)], desk.words)))
        for place, body in ways[:: 1 + len(ways) // MOST]:
            answer, problems = desk.send(address, method, said(body))
            if problems:
                wrong.append((*named(address, method), place, at(body, place), *problems))

    assert not wrong, "\n".join(map(str, wrong))


def test_the_bodies_fit(desk):
    """The premise of all this: nearly all succeed, and the rest fails for the state of things alone."""
    wrong = []
    for address, method in writes():
        body = filled(BODIES[named(address, method)], desk.words)
        answer, problems = desk.send(address, method, said(body))
        fits = answer.status_code in (200, 201, 204, 409)
        if named(address, method) == CALLBACK:  # no step waits: tests of calls send one what fits
            fits = answer.status_code == 404
        if not fits or problems:
            wrong.append((*named(address, method), answer.status_code, answer.content[:300]))

    assert not wrong, "\n".join(map(str, wrong))


def known(address, method):
    view = address.view.view_class(**address.view.view_initkwargs)
    view.request, view.kwargs = view.initialize_request(RequestFactory().get("/")), {}
    return parameters_of(view, method)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_parameter_that_nobody_knows_is_refused_and_nothing_done(part, desk):
    wrong = []
    asked = [one for one in addresses() if one.methods is not None]
    for address in asked[part::PARTS]:
        for method in address.methods:
            route = named(address, method)
            body = said(filled(BODIES[route], desk.words)) if method not in READING else b""
            plain, _ = desk.send(address, method, body)
            answer, problems = desk.send(address, method, body, query="unheard_of=1")
            is_there = (
                plain.status_code not in (403, 404) or route == CALLBACK
            )  # its words are read before its step
            first = 422 if is_there else plain.status_code
            if problems or answer.status_code != first:
                wrong.append((*route, answer.status_code, f"without it {plain.status_code}", *problems))
            elif first == 422 and method in READING and plain.status_code == 200:
                assert "unheard_of" not in known(address, method)
                assert answer.json()["errors"][0]["code"] == "unknown_parameter", route

    assert not wrong, "\n".join(map(str, wrong))


TWICE_OR_WORSE = {
    "one given twice": "limit=1&limit=2",
    "no UTF-8": "cursor=%FF",
    "half a surrogate pair": "q=%ED%A0%80",
    "half a percent": "q=100%",
    "a NUL": "q=a%00",
    "a NUL in a name": "a%00b=1",
    "9 KB": "q=" + "a" * 9000,
    "101 of them": "&".join(f"a{one}=1" for one in range(101)),
    "1,000 of them": "&".join(f"a{one}=1" for one in range(1000)),
}


@pytest.mark.parametrize("what", TWICE_OR_WORSE)
def test_a_query_that_cannot_be_meant_is_refused_at_every_door_before_anything_else(what, desk, page):
    query = TWICE_OR_WORSE[what]
    for who, path in ((None, "me/"), ("nora", "me/"), ("nora", "orgs/"), ("nora", "nowhere/")):
        answer = desk.people[who].get(f"/api/v1/{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), path
    if what == "one given twice":
        assert page("nora").get(f"/inbox/?{query}").status_code == 200, "pages take lists"
    else:
        for path in ("/inbox/", "/sign-in/", "/static/favicon.svg", "/nowhere/"):
            assert page("nora").get(f"{path}?{query}").status_code == 400, path


QUERIES = (
    "limit=9999999999999999999", "cursor=%F0%9F%92%A9", "q=%00", "q=%ED%A0%80", "q=" + "a" * 3000, "org=x", "workspace=x",
    "state=%27", "since=99999999999999999999", "after_seq=x", "before_seq=-1", "unread=x", "in=x", "actor=x",
    "from=x", "from=0001-01-01&until=9999-12-31",
)  # fmt: skip
# Pages take what they understand and leave the rest: several at once.
ON_PAGES = (
    "cursor=x&limit=x&page=x&state=x&workspace=x&org=x&message=x&thread=x&at=x&next=x&tab=x&kind=x&role=x&q=%ED%A0%80",
    "page=99999999999999999999&before=99999999999999999999&around=99999999999999999999&seq=-1&from=0001-01-01"
    "&until=9999-12-31&actor=x&action=x&department=x&contact=x&q=%27%25_" + "永" * 900,
)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_query_string_is_a_defect(part, desk, page):
    wrong, nora = [], page("nora")
    nora.raise_request_exception = False
    asked = [one for one in addresses() if one.methods is None or "GET" in one.methods]
    for number, address in enumerate(asked[part::PARTS]):
        path = address.at(desk.samples.of(address))
        for query in share(QUERIES, number) if address.is_api else ON_PAGES:
            desk.asked += 1
            with undone():
                if address.is_api:
                    answer = desk.people["nora"].get(f"{path}?{query}")
                    problems = problems_of(answer, set())
                else:
                    answer = nora.get(f"{path}?{query}")
                    problems = [repr(answer.exc_info)] if answer.status_code >= 500 else []
            if problems and address.route != "readyz":
                wrong.append((address.route, query[:60], *problems))

    assert not wrong, "\n".join(map(str, wrong))
