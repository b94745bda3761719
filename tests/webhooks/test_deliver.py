"""What is told, to whom, under which signature; and what happens where nobody takes it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from accounts.signing import new_secret
from audit.models import Entry
from audit.tasks import seal
from chat.operations import delete_message, edit_message, open_channel, post_message
from notifications.models import Notice
from tests.docs.guide import blocks
from webhooks.catalogue import CATALOGUE
from webhooks.models import BOTH_LIVE, GIVEN_UP_AFTER, PATIENCE, PAUSES, Delivery, Webhook
from webhooks.operations import pause_webhook, ping_webhook, repeat_delivery, resume_webhook, rotate_secret
from webhooks.tasks import deliver, deliver_waiting, forget
from workspaces.models import Participant
from workspaces.operations import change_workspace, end_participation


def say(actor, channel, body="The samples leave on Friday."):
    return post_message(actor=actor, channel=channel, body=body)


def test_a_message_is_told_as_the_api_shows_it_and_the_signature_holds(cast, host, opened, carry):
    webhook = opened()
    message = say(cast.sol, cast.general)

    carry()

    ((headers, body),) = host.heard
    told = Verifier(webhook.secret).verify(body, headers)
    assert told["type"] == "message.posted"
    assert told["org"] == {"id": str(cast.northwind.pk), "name": cast.northwind.name}
    assert told["workspace"] == str(cast.apollo.pk)
    assert told["data"]["id"] == str(message.pk)
    assert told["data"]["body"] == "The samples leave on Friday."
    delivery = Delivery.objects.get(webhook=webhook)
    assert headers["webhook-id"] == delivery.message_id
    assert headers["content-type"] == "application/json"
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    with pytest.raises(WebhookVerificationError):
        Verifier(webhook.secret).verify(body.replace(b"Friday", b"Monday"), headers)


def test_each_fact_is_told_once_however_often_it_is_read_and_carried(cast, host, opened, carry):
    webhook = opened()
    message = say(cast.nora, cast.general)
    edit_message(actor=cast.nora, message=message, body="On Monday.")
    delete_message(actor=cast.nora, message=message)

    carry()
    carry()
    for delivery in Delivery.objects.filter(webhook=webhook):
        deliver(str(delivery.pk))

    assert [one["type"] for one in host.bodies] == ["message.posted", "message.edited", "message.deleted"]
    assert len({headers["webhook-id"] for headers, _body in host.heard}) == 3


def test_what_is_said_out_of_the_others_sight_is_told_to_nobody_it_is_no_business_of(
    cast, host, opened, carry
):
    """Internal to the other side, private, direct: of these the organization learns not even that they are."""
    for who in ("nora", "sol"):
        opened(who, name=who)
    internal = open_channel(
        actor=cast.nora, workspace=cast.apollo, name="us", kind="open", internal_to=cast.northwind
    )
    private = open_channel(actor=cast.nora, workspace=cast.apollo, name="few", kind="private")
    seal()
    Delivery.objects.all().delete()
    say(cast.nora, internal, "zq-internal")
    say(cast.nora, private, "zq-private")

    carry()

    assert [(one["org"]["name"], one["data"]["body"]) for one in host.bodies] == [
        (cast.northwind.name, "zq-internal")
    ]
    assert not Delivery.objects.filter(organization=cast.southbay).exists()


def test_who_has_left_the_room_before_it_is_sent_gets_nothing(cast, host, opened, carry):
    """It was owed while Southbay took part; the right is looked at again when it leaves."""
    webhook = opened("sol", events=["message.posted"])
    say(cast.nora, cast.general, "zq-too-late")
    seal()
    delivery = Delivery.objects.get(webhook=webhook)
    assert delivery.state == "waiting", "premise: it was owed"

    participant = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)
    end_participation(actor=cast.nora, participant=participant)
    carry()

    assert not host.heard
    assert delivery.fresh().state == "withheld"


def test_who_is_not_cleared_for_the_room_any_more_gets_nothing(cast, host, opened, carry):
    webhook = opened("sol", events=["message.posted"])
    say(cast.nora, cast.general)
    seal()
    change_workspace(actor=cast.nora, workspace=cast.apollo, classification="confidential")

    carry()

    assert not host.heard
    assert Delivery.objects.get(webhook=webhook).state == "withheld"


def test_one_room_may_be_told_of_alone(cast, host, opened, carry):
    opened(workspace=cast.apollo.pk, events=["message.posted"])
    other = cast.northwind.hosted_workspaces.exclude(pk=cast.apollo.pk).first()
    assert other is not None, "premise: Northwind has another room"
    say(cast.nora, other.channels.filter(kind="open").first() or room_in(cast, other), "elsewhere")
    say(cast.nora, cast.general, "here")

    carry()

    assert [one["data"]["body"] for one in host.bodies] == ["here"]


def room_in(cast, workspace):
    return open_channel(actor=cast.nora, workspace=workspace, name="talk", kind="open")


def test_a_failure_is_tried_again_with_growing_pauses_until_it_is_given_up(cast, host, opened, carry):
    webhook = opened(events=["message.posted"])
    host.says(500, b"=1+1 <script>alert(1)</script>\x00")
    say(cast.nora, cast.general)
    seal()
    delivery = Delivery.objects.get(webhook=webhook)
    waited = []
    while delivery.state == "waiting":
        Webhook.objects.filter(pk=webhook.pk).update(rests_until=None, failing_since=None)
        Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
        deliver(str(delivery.pk))
        delivery.refresh_from_db()
        waited.append(delivery.due_at - delivery.tried_at)

    assert (delivery.state, delivery.attempts, len(host.heard)) == (
        "failed",
        len(PAUSES) + 1,
        len(PAUSES) + 1,
    )
    assert [round(one.total_seconds(), -1) for one in waited[1:-1]] == [
        one.total_seconds() for one in PAUSES[1:]
    ]
    assert sum(PAUSES, timedelta()) > GIVEN_UP_AFTER
    assert delivery.answer == "=1+1 <script>alert(1)</script>�"
    assert len({headers["webhook-id"] for headers, _body in host.heard}) == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 302 Away\r\nLocation: http://127.0.0.1/\r\n\r\n"])
def test_silence_and_redirects_are_failures(cast, host, opened, carry, answer):
    webhook = opened(events=["message.posted"])
    host.answers = [answer]
    say(cast.nora, cast.general)

    carry()

    delivery = Delivery.objects.get(webhook=webhook)
    assert (delivery.state, delivery.status, delivery.error) == (
        ("waiting", None, "not_http") if not answer else ("waiting", 302, "")
    )
    assert webhook.fresh().failing_since is not None


def test_of_an_answer_two_KiB_are_kept(cast, host, opened, carry):
    webhook = opened()
    host.says(200, "é".encode() * 3000)
    say(cast.nora, cast.general)

    carry()

    assert Delivery.objects.get(webhook=webhook).answer == "é" * 1024


def test_an_address_that_turned_inside_is_not_called(cast, host, opened, carry, settings):
    """It was good when it was entered; what counts is where it leads when it is called."""
    webhook = opened(events=["message.posted"])
    settings.OUTGOING_TO_LOOPBACK = False
    Webhook.objects.filter(pk=webhook.pk).update(url=host.url.replace("http:", "https:"))
    say(cast.nora, cast.general)

    carry()

    assert not host.heard
    assert Delivery.objects.get(webhook=webhook).error == "address_closed"


def test_a_host_that_keeps_failing_is_given_rest_and_tries_are_not_spent_meanwhile(cast, host, opened, carry):
    webhook = opened(events=["message.posted"])
    host.says(503)
    for number in range(PATIENCE + 3):
        say(cast.nora, cast.general, f"{number}")

    carry()

    assert len(host.heard) == PATIENCE
    resting = Delivery.objects.filter(webhook=webhook, attempts=0)
    assert resting.count() == 3
    assert {one.due_at for one in resting} == {webhook.fresh().rests_until}

    Webhook.objects.filter(pk=webhook.pk).update(rests_until=timezone.now())
    Delivery.objects.filter(webhook=webhook).update(due_at=timezone.now())
    host.says(200)
    carry()

    assert not Delivery.objects.filter(webhook=webhook).exclude(state="delivered").exists()
    assert (webhook.fresh().failures, webhook.fresh().failing_since) == (0, None)


@pytest.mark.parametrize(("status", "days", "reason"), [(410, 0, "gone"), (500, 5, "failing"), (500, 4, "")])
def test_what_is_gone_or_fails_for_five_days_is_turned_off_and_those_who_steer_are_told(
    cast, host, opened, carry, status, days, reason
):
    webhook = opened(events=["message.posted"])
    host.says(status)
    say(cast.nora, cast.general)
    if days:
        since = timezone.now() - timedelta(days=days, minutes=1)
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=since)

    carry()
    seal()

    webhook = webhook.fresh()
    assert (webhook.state, webhook.reason) == (("disabled", reason) if reason else ("active", ""))
    told = Notice.objects.filter(event_name="webhooks.webhook_disabled")
    assert {one.recipient for one in told} == ({cast.nora.user} if reason else set())
    assert Delivery.objects.get(webhook=webhook).state == ("failed" if reason else "waiting")


def test_two_secrets_sign_for_a_day_and_then_one(cast, host, opened, carry):
    webhook = opened()
    old = webhook.secret
    new = rotate_secret(actor=cast.nora, webhook=webhook).secret
    assert old != new
    say(cast.nora, cast.general)
    carry()
    ((headers, body),) = host.heard
    assert Verifier(old).verify(body, headers) == Verifier(new).verify(body, headers)

    Webhook.objects.filter(pk=webhook.pk).update(old_secret_until=timezone.now() - timedelta(seconds=1))
    say(cast.nora, cast.general)
    carry()
    headers, body = host.heard[1]
    Verifier(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body, headers)
    assert timedelta(hours=24) == BOTH_LIVE


def test_the_program_of_the_guide_believes_us_and_nobody_else(cast, host, opened, carry):
    webhook = opened()
    say(cast.nora, cast.general)
    carry()
    ((headers, body),) = host.heard
    program: dict = {}
    exec(next(one for one in blocks("api.md", "python") if "whsec_" in one), program)

    assert program["is_ours"](webhook.secret, headers, body)
    assert not program["is_ours"](new_secret(), headers, body)
    assert not program["is_ours"](webhook.secret, headers, body + b" ")
    assert not program["is_ours"](webhook.secret, {**headers, "webhook-timestamp": "1"}, body)


def test_the_secret_stands_nowhere_as_it_is(cast, opened, carry):
    webhook = opened()
    kept = Webhook.objects.filter(pk=webhook.pk).values().get()
    carry()

    assert webhook.secret.startswith("whsec_")
    assert webhook.secret not in repr(kept)
    assert webhook.fresh().secret == ""
    entry = Entry.objects.filter(name="webhooks.webhook_created").latest("at")
    assert webhook.secret not in repr(vars(entry))
    assert "key=secret" not in repr(vars(entry)), "nor what an address holds"


def test_a_test_arrives_and_is_told_to_nobody_else(cast, host, opened, carry):
    opened(name="other")
    webhook = opened()

    delivery = ping_webhook(actor=cast.nora, webhook=webhook)
    carry()

    ((headers, body),) = host.heard
    assert Verifier(webhook.secret).verify(body, headers)["type"] == "ping"
    assert delivery.fresh().state == "delivered"


def test_told_again_it_carries_the_same_id(cast, host, opened, carry):
    webhook = opened(events=["message.posted"])
    say(cast.nora, cast.general)
    carry()
    first = Delivery.objects.get(webhook=webhook)

    again = repeat_delivery(actor=cast.nora, delivery=first)
    carry()

    assert again.pk != first.pk
    assert again.fresh().state == "delivered"
    assert len({headers["webhook-id"] for headers, _body in host.heard}) == 1
    assert len(host.heard) == 2


def test_what_happens_during_a_pause_is_not_told_and_what_was_owed_waits(cast, host, opened, carry):
    webhook = opened(events=["message.posted"])
    say(cast.nora, cast.general, "before")
    seal()
    pause_webhook(actor=cast.nora, webhook=webhook)
    say(cast.nora, cast.general, "meanwhile")
    carry()
    assert not host.heard

    resume_webhook(actor=cast.nora, webhook=webhook)
    carry()

    assert [one["data"]["body"] for one in host.bodies] == ["before"]


def test_what_happened_before_there_was_a_webhook_is_not_told(cast, host, opened, carry):
    """Though nobody had read it from the record yet."""
    say(cast.nora, cast.general, "before")
    opened()
    say(cast.nora, cast.general, "after")

    carry()

    assert [one["data"]["body"] for one in host.bodies] == ["after"]


def test_what_happens_while_the_clock_is_an_hour_back_is_told(cast, host, opened, carry):
    """It comes from before there was a webhook, if one believes the clock."""
    webhook = opened(events=["message.posted"])
    seal()
    Webhook.objects.filter(pk=webhook.pk).update(created_at=timezone.now() + timedelta(hours=1))

    say(cast.nora, cast.general, "after")
    carry()

    assert [one["data"]["body"] for one in host.bodies] == ["after"]


def test_the_clock_finds_what_was_not_carried(cast, host, opened):
    opened(events=["message.posted"])
    say(cast.nora, cast.general)
    seal()

    deliver_waiting()

    assert len(host.heard) == 1


def test_the_log_is_kept_for_a_month(cast, host, opened, carry):
    webhook = opened(events=["message.posted"])
    say(cast.nora, cast.general, "old")
    say(cast.nora, cast.general, "new")
    carry()
    old = Delivery.objects.filter(webhook=webhook).earliest("pk")
    Delivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    forget()

    assert Delivery.objects.filter(webhook=webhook).count() == 1


def test_facts_of_one_place_cost_one_question_where_nobody_listens(cast, opened, django_assert_num_queries):
    from kernel.events import Record
    from kernel.memory import remembering
    from webhooks.reader import owe

    fact = {
        "id": cast.general.pk,
        "actor_id": None,
        "actor_name": "",
        "via": "",
        "org_name": "",
        "subject": ("", None, ""),
    }
    record = Record(
        name="chat.message_posted",
        at=timezone.now(),
        org_id=cast.eastgate.pk,
        org_ids=(),
        workspace_id=None,
        payload={"message_id": str(cast.general.pk)},
        **fact,
    )
    with remembering(), django_assert_num_queries(3):  # a savepoint around the one
        owe([record, replace(record, id=cast.apollo.pk)])
    assert set(CATALOGUE) >= {"message.posted"}
