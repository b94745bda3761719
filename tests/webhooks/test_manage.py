"""Who sets webhooks up, through either door, and what they may not say."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Session
from kernel.errors import ConfirmationNeeded, InvalidInput, NotAllowed
from kernel.rules import may
from tests.webhooks.conftest import PUBLIC
from webhooks.errors import WebhookGone
from webhooks.models import Delivery, Webhook
from webhooks.operations import (
    change_webhook,
    create_webhook,
    delete_webhook,
    pause_webhook,
    ping_webhook,
    resume_webhook,
    rotate_secret,
)

SAID = {"name": "ERP", "url": PUBLIC, "events": ["message.posted", "partnership.ended"]}


@pytest.fixture
def webhook(cast):
    return create_webhook(actor=cast.nora, organization=cast.northwind, **SAID)


def test_the_life_of_a_webhook_enters_the_record(cast, recorded):
    webhook = create_webhook(actor=cast.nora, organization=cast.northwind, **SAID)
    change_webhook(actor=cast.nora, webhook=webhook, name="MES", url=PUBLIC + "/2")
    change_webhook(actor=cast.nora, webhook=webhook, name="MES")
    rotate_secret(actor=cast.nora, webhook=webhook)
    ping_webhook(actor=cast.nora, webhook=webhook)
    pause_webhook(actor=cast.nora, webhook=webhook)
    resume_webhook(actor=cast.nora, webhook=webhook)
    delete_webhook(actor=cast.nora, webhook=webhook)

    for name, times in {
        "webhook_created": 1, "webhook_changed": 1, "secret_rotated": 1, "webhook_tested": 1,
        "webhook_paused": 1, "webhook_resumed": 1, "webhook_deleted": 1,
    }.items():  # fmt: skip
        facts = recorded(f"webhooks.{name}")
        assert len(facts) == times, name
        assert {one.org_id for one in facts} == {cast.northwind.pk}
        assert all("/hooks" not in str(one.payload) for one in facts)
    assert recorded("webhooks.webhook_changed")[0].payload["before"] == {"name": "ERP"}
    assert not Webhook.objects.filter(pk=webhook.pk).exists()
    assert not Delivery.objects.filter(webhook=webhook.pk).exists()


@pytest.mark.parametrize("who", ["nils", "ada", "sol", "gale", "otto"])
def test_nobody_sets_one_up_but_owners_and_admins(cast, webhook, who):
    actor = cast.actor(who)
    assert may(cast.nora, "webhooks.open", cast.northwind), "premise: it is an owner's to do"

    for verb in (rotate_secret, pause_webhook, ping_webhook, delete_webhook):
        with pytest.raises((NotAllowed, WebhookGone)):
            verb(actor=actor, webhook=webhook)
    with pytest.raises(NotAllowed):
        create_webhook(actor=actor, organization=cast.northwind, **SAID)
    assert webhook.fresh().state == "active"
    assert not Webhook.objects.visible_to(actor).exists()


def test_what_weighs_asks_for_a_fresh_proof(cast, webhook):
    stale = replace(cast.nora, is_recent=False)

    for verb, more in ((rotate_secret, {}), (delete_webhook, {}), (change_webhook, {"name": "x"})):
        with pytest.raises(ConfirmationNeeded):
            verb(actor=stale, webhook=webhook, **more)
    with pytest.raises(ConfirmationNeeded):
        create_webhook(actor=stale, organization=cast.northwind, **SAID)
    assert pause_webhook(actor=stale, webhook=webhook).state == "paused"


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"url": "http://example.com/"}, "/url", "needs_https"),
        ({"url": "https://127.0.0.1/"}, "/url", "address_closed"),
        ({"url": "https://2130706433/"}, "/url", "address_closed"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "/url", "address_closed"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "/url", "address_closed"),
        ({"url": "https://nora:secret@example.com/"}, "/url", "holds_credentials"),
        ({"url": "javascript:alert(1)"}, "/url", "not_an_address"),
        ({"events": []}, "/events", "required"),
        ({"events": ["message.posted", "message.read"]}, "/events", "unknown"),
        ({"name": "  "}, "/name", "invalid"),
        ({"name": "x" * 81}, "/name", "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(cast, said, pointer, code):
    with pytest.raises(InvalidInput) as refusal:
        create_webhook(actor=cast.nora, organization=cast.northwind, **{**SAID, **said})

    assert [(one["pointer"], one["code"]) for one in refusal.value.errors] == [(pointer, code)]


def test_a_room_of_others_is_no_room(cast):
    """Eastgate takes no part in apollo, and learns nothing from trying."""
    for room in (cast.apollo.pk, cast.nora.user.pk):
        with pytest.raises(InvalidInput) as refusal:
            create_webhook(actor=cast.eve, organization=cast.eastgate, workspace=room, **SAID)
        assert refusal.value.errors[0]["code"] == "unknown"


# ── The API ──────────────────────────────────────────────────────────────────
def test_a_program_sets_one_up_and_sees_the_secret_once(cast, api):
    nora = api("nora")
    made = nora.post("webhooks/", {**SAID, "org": str(cast.northwind.pk)})
    assert made.status_code == 201
    webhook = made.json()
    assert webhook["secret"].startswith("whsec_")
    assert webhook["org"] == {"id": str(cast.northwind.pk), "name": cast.northwind.name}

    where = f"webhooks/{webhook['id']}/"
    assert "secret" not in nora.get(where).json()
    assert [one["id"] for one in nora.get("webhooks/").json()["results"]] == [webhook["id"]]
    assert nora.patch(where, {"name": "MES"}).json()["name"] == "MES"
    assert nora.put(where + "pause/", {}).json()["state"] == "paused"
    assert nora.put(where + "pause/", {}).json()["code"] == "webhook_rests"
    assert nora.delete(where + "pause/").status_code == 204
    assert nora.post(where + "secret/", {}).json()["secret"] != webhook["secret"]
    ping = nora.post(where + "test/", {}).json()
    assert (ping["event"], ping["state"]) == ("ping", "waiting")
    again = nora.post(f"{where}deliveries/{ping['id']}/redelivery/", {})
    assert (again.status_code, again.json()["code"]) == (409, "delivery_under_way")
    Delivery.objects.filter(pk=ping["id"]).update(state="delivered")
    assert nora.post(f"{where}deliveries/{ping['id']}/redelivery/", {}).json()["is_again"] is True
    assert len(nora.get(where + "deliveries/").json()["results"]) == 2
    assert len(nora.get(where + "deliveries/?state=delivered").json()["results"]) == 1
    assert nora.get(where + "deliveries/?state=lost").status_code == 422
    assert nora.delete(where).status_code == 204
    assert nora.get(where).status_code == 404


def test_an_address_is_looked_up_when_it_is_entered(cast, api, monkeypatch, webhook):
    look_up = socket.getaddrinfo

    def inside(host, *rest, **more):
        is_asked = host == "erp.example" and not more.get("flags")
        return look_up("10.0.0.7" if is_asked else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", inside)
    nora = api("nora")

    made = nora.post("webhooks/", {**SAID, "url": "https://erp.example/"})
    changed = nora.patch(f"webhooks/{webhook.pk}/", {"url": "https://erp.example/"})

    for answer in (made, changed):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "address_closed"
    assert webhook.fresh().url == PUBLIC


def test_ids_of_others_answer_like_ids_of_nobody(cast, api, webhook):
    delivery = ping_webhook(actor=cast.nora, webhook=webhook)
    mine = create_webhook(actor=cast.sol, organization=cast.southbay, **SAID)
    sol = api("sol")
    for path in (
        f"webhooks/{webhook.pk}/",
        f"webhooks/{webhook.pk}/deliveries/",
        f"webhooks/{webhook.pk}/deliveries/{delivery.pk}/",
        f"webhooks/{mine.pk}/deliveries/{delivery.pk}/",
    ):
        assert sol.get(path).status_code == 404
    assert sol.post(f"webhooks/{mine.pk}/deliveries/{delivery.pk}/redelivery/", {}).status_code == 404
    assert [one["id"] for one in sol.get("webhooks/").json()["results"]] == [str(mine.pk)]


def test_the_catalogue_is_told_with_examples(api):
    results = api("otto").get("webhooks/events/").json()["results"]

    assert {one["name"] for one in results} >= {"message.posted", "approval.settled", "member.left"}
    assert all(one["example"]["type"] == one["name"] for one in results)


# ── The pages ────────────────────────────────────────────────────────────────
def test_somebody_sets_one_up_on_the_pages(cast, page):
    nora, org = page("nora"), cast.northwind.pk
    empty = nora.get(f"/orgs/{org}/webhooks/").content.decode()
    assert f'href="/orgs/{org}/webhooks/new/"' in empty

    made = nora.post(f"/orgs/{org}/webhooks/new/", {**SAID, "workspace": str(cast.apollo.pk)})
    shown = made.content.decode()
    webhook = Webhook.objects.get()
    assert "whsec_" in shown
    assert made.headers["Cache-Control"].startswith("max-age=0")
    where = f"/webhooks/{webhook.pk}/"
    assert "whsec_" not in nora.get(where).content.decode()
    assert webhook.workspace_id == cast.apollo.pk

    assert 'value="message.posted" checked' in nora.get(where + "settings/").content.decode()
    nora.post(where + "settings/", {**SAID, "name": "MES", "workspace": ""})
    assert (webhook.fresh().name, webhook.fresh().workspace_id) == ("MES", None)
    refused = nora.post(where + "settings/", {**SAID, "url": "https://10.0.0.1/"})
    assert refused.status_code == 422
    assert "private network" in refused.content.decode()

    assert "whsec_" in nora.post(where + "secret/").content.decode()
    nora.post(where + "pause/")
    assert webhook.fresh().state == "paused"
    nora.post(where + "pause/removal/")
    assert nora.post(where + "test/").status_code == 302
    assert Delivery.objects.get().event == "ping"
    assert nora.post(where + "removal/").headers["Location"] == f"/orgs/{org}/webhooks/"
    assert not Webhook.objects.exists()


def test_who_sat_down_at_an_open_browser_has_to_prove_who_they_are(cast, page, webhook):
    nora = page("nora")
    assert nora.get(f"/webhooks/{webhook.pk}/settings/").status_code == 200, "premise: just signed in"
    Session.objects.filter(user=cast.nora.user).update(confirmed_at=timezone.now() - timedelta(minutes=11))

    for way in (f"/webhooks/{webhook.pk}/settings/", f"/orgs/{cast.northwind.pk}/webhooks/new/"):
        assert nora.get(way).headers["Location"].startswith("/settings/confirmation/")
    assert "whsec_" not in nora.post(f"/webhooks/{webhook.pk}/secret/").content.decode()


def test_the_log_shows_what_a_host_said_as_words_and_nothing_else(cast, page, webhook):
    delivery = ping_webhook(actor=cast.nora, webhook=webhook)
    said = "=HYPERLINK(1) <script>alert(1)</script>"
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", status=500, duration_ms=7, answer=said)
    nora = page("nora")

    shown = nora.get(f"/webhooks/{webhook.pk}/deliveries/{delivery.pk}/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "=HYPERLINK(1) &lt;script&gt;" in shown

    where = f"/webhooks/{webhook.pk}/"
    row = f"delivery-{delivery.pk}"
    assert row in nora.get(where).content.decode()
    assert row in nora.get(where + "?state=failed&event=ping").content.decode()
    assert row not in nora.get(where + "?state=delivered").content.decode()
    assert row in nora.get(where + "?state=nonsense").content.decode(), (
        "what cannot be read counts as not said"
    )


def test_the_log_costs_the_same_however_long_it_is(cast, page, webhook, django_assert_max_num_queries):
    nora = page("nora")
    nora.get(f"/webhooks/{webhook.pk}/")
    for _ in range(20):
        ping_webhook(actor=cast.nora, webhook=webhook)

    with django_assert_max_num_queries(15):
        nora.get(f"/webhooks/{webhook.pk}/")
