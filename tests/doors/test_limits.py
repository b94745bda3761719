"""Too much at once, at every door that counts: how long to wait, in the manner of the door, and nothing done."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.doors.forms import FORMS
from tests.doors.visitors import ON_THE_STEP, written

REPORT = json.dumps({"csp-report": {}})
INVITED = {"email": "fresh@fresh.example", "role": "member"}


@pytest.fixture
def ask(cast, page, api, samples):
    """Return ``ask(door)``: somebody who may knocks there with what fits."""
    nora, program, stranger = page("nora"), api("nora"), Client(HTTP_HOST="localhost")
    org, contact = cast.northwind.pk, samples.ids["contact_id"]
    general = cast.general.pk
    end = (timezone.now() + timedelta(days=30)).isoformat()
    sign_up = FORMS["sign-up/"]
    doors = {
        "invite, by page": lambda: nora.post(f"/orgs/{org}/members/", INVITED),
        "invite, by API": lambda: program.post(f"orgs/{org}/members/", INVITED),
        "propose, by page": lambda: nora.post(
            f"/orgs/{org}/partners/", {"partner": "x@fresh.example", "kind": "supplier"}
        ),
        "propose, by API": lambda: program.post(
            f"orgs/{org}/partnerships/", {"partner": "y@fresh.example", "kind": "supplier"}
        ),
        "invite again, by page": lambda: nora.post(f"/contacts/{contact}/invitation/", {}),
        "invite again, by API": lambda: program.post(f"contacts/{contact}/invitation/", {"expires_at": end}),
        "search, by page": lambda: nora.get("/palette/?q=ap"),
        "search, by API": lambda: program.get("search/?q=ap"),
        "post, by page": lambda: nora.post(f"/channels/{general}/messages/", {"body": "b"}),
        "post, by API": lambda: program.post(f"channels/{general}/messages/", {"body": "b"}),
        "sign up": lambda: stranger.post("/sign-up/", sign_up),
        "report": lambda: stranger.post("/csp-reports/", REPORT, content_type="application/csp-report"),
    }
    return lambda door: doors[door]()


# What is counted, and by which doors it is asked for: the first uses it up, the others find it used up.
COUNTED = {
    "invitations": ["invite, by page", "invite, by API", "propose, by page", "propose, by API",
                    "invite again, by page", "invite again, by API"],
    "invitations of an organization": ["invite, by API", "invite, by page"],
    "search": ["search, by API", "search, by page"],
    "messages": ["post, by page", "post, by API"],
    "sign-up": ["sign up", "sign up"],
    "reports": ["report", "report"],
}  # fmt: skip


@pytest.mark.parametrize("what", COUNTED)
def test_what_is_used_up_at_one_door_is_used_up_at_all(settings, ask, what):
    cache.clear()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {what: "1/hour"}
    first, *others = COUNTED[what]
    assert ask(first).status_code < 400, "premise"

    for door in others:
        before = written()
        answer = ask(door)

        assert answer.status_code == 429, door
        assert 1 <= int(answer.headers["Retry-After"]) <= 3600
        assert not set(written() - before) - ON_THE_STEP, "refused, and nothing done"
        if "API" in door:
            assert answer.json()["code"] == "too_many_requests"
        else:
            assert '<span class="code">429' in answer.content.decode()


def test_a_person_may_post_twenty_messages_in_one_burst(ask):
    cache.clear()

    assert {ask("post, by API").status_code for _ in range(20)} == {201}


def test_a_taken_address_is_counted_like_a_free_one(settings, world):
    """Else whoever has used up their sign-ups could tell the one from the other."""
    cache.clear()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign-up": "1/hour"}
    browser = Client(HTTP_HOST="localhost")
    assert browser.post("/sign-up/", FORMS["sign-up/"]).status_code == 302, "premise"

    for email in ("nora@northwind.example", "another@fresh.example"):
        assert browser.post("/sign-up/", FORMS["sign-up/"] | {"email": email}).status_code == 429
