"""A pasted address shows what stands there to those who may see it, and the same few words to everybody else."""

import pytest

from approvals.models import Instance
from chat.models import Channel
from chat.operations import delete_message, post_message
from incidents.models import Incident
from incidents.operations import open_incident
from kernel.acting import acting
from kernel.nouns import uuid7
from tests.cast import PLATFORM


def card(browser, to):
    answer = browser.get("/cards/", {"to": to})
    return answer.status_code, answer.content.decode()


@pytest.fixture
def pricing(cast):
    with acting(PLATFORM):
        return Channel.objects.get(workspace=cast.apollo, internal_to=cast.northwind)


def test_a_message_is_shown_to_those_who_read_its_channel(cast, page, pricing):
    said = post_message(actor=cast.nora, channel=pricing, body="a **secret** price")
    to = f"/channels/{pricing.pk}/?around=3#message-{said.pk}"

    status, shown = card(page("nora"), to)
    assert status == 200
    assert "a secret price" in shown
    assert f"#message-{said.pk}" in shown

    _, closed = card(page("sol"), to)
    _, nowhere = card(page("sol"), f"/channels/{uuid7()}/#message-{uuid7()}")
    assert closed == nowhere, "a thing that one may not see and one that is not there are alike"
    assert "secret" not in closed
    assert pricing.name not in closed

    delete_message(actor=cast.nora, message=said)
    assert "secret" not in card(page("nora"), to)[1]


@pytest.mark.parametrize("kind", ["channel", "workspace", "approval", "incident"])
def test_each_kind_of_thing_has_its_card_for_whom_it_is_there(cast, page, pricing, kind):
    with acting(PLATFORM):
        request = Instance.objects.order_by("pk").first()
    things = {
        "channel": (f"/channels/{cast.general.pk}/", cast.general.name),
        "workspace": (f"/workspaces/{cast.apollo.pk}/", cast.apollo.name),
        "approval": (f"/approvals/{request.pk}/", request.title),
    }
    if kind == "incident":
        one = an_incident(cast)
        things["incident"] = (f"/incidents/{one.pk}/", one.title)
    to, title = things[kind]

    assert title in card(page("nora"), to)[1]
    assert title not in card(page("otto"), to)[1]
    assert "not for you to see" in card(page("otto"), to)[1]


def an_incident(cast) -> Incident:
    return open_incident(
        actor=cast.nora, organization=cast.northwind, title="A lost laptop", kind="other", severity="high"
    )


@pytest.mark.parametrize(
    "to",
    [
        "",
        "/",
        "/inbox/",
        "/nowhere/",
        "https://[",
        "/channels/x/",
        "//evil.example/x",
        "/sign-out/",
        "/" * 600,
    ],
)
def test_other_addresses_have_no_card(page, to):
    assert card(page("nora"), to) == (204, "")


def test_no_card_is_kept_by_browsers_or_proxies_for_somebody_else(cast, page):
    answer = page("nora").get("/cards/", {"to": f"/channels/{cast.general.pk}/"})

    assert "no-store" in answer.headers["Cache-Control"]
