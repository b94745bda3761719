"""Groups are told through their messengers' robots: put as each takes it, signed as each checks it, and nothing of it is markup."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from chat.operations import post_message
from kernel.errors import InvalidInput
from notifications.models import Notice
from webhooks.errors import RobotsSecret
from webhooks.formats import MOST_BYTES, ROBOTS
from webhooks.models import GIVEN_UP_AFTER, Delivery, Webhook
from webhooks.operations import change_webhook, ping_webhook, rotate_secret
from webhooks.tasks import deliver
from webhooks.words import Word

GOOD = {
    "dingtalk": b'{"errcode":0,"errmsg":"ok"}',
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "feishu": b'{"code":0,"data":{},"msg":"success"}',
    "slack": b"ok",
}
BAD = {
    "dingtalk": b'{"errcode":310000,"errmsg":"sign not match"}',
    "wecom": b'{"errcode":93000,"errmsg":"invalid webhook url"}',
    "feishu": b'{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}',
    "slack": b"invalid_payload",
}
SECRET = {"dingtalk": "SEC0123456789abcdef", "feishu": "fs-0123456789"}
TRAP = "[win](http://evil.example) <!channel> <at id=all></at> @all @所有人 **b** `c` <@U1>\n# head\n> q"
robots = pytest.mark.parametrize("robot", list(ROBOTS))


@pytest.fixture
def group(host, opened):
    """A group that hears, in Chinese, of messages."""

    def of(robot, **said):
        host.says(200, GOOD[robot])
        words = {
            "format": robot,
            "language": "zh-hans",
            "secret": SECRET.get(robot, ""),
            "events": ["message.posted"],
        }
        return opened(**words | said)

    return of


def say(cast, body="The samples leave on Friday."):
    return post_message(actor=cast.sol, channel=cast.general, body=body)


def texts(robot, said):
    """Return what people read, by whether the robot looks for markup in it."""
    if robot == "dingtalk":
        assert said["msgtype"] == "markdown"
        assert said["at"] == {"isAtAll": False}
        return said["markdown"]["text"], ""
    if robot == "wecom":
        assert said["msgtype"] == "markdown"
        return said["markdown"]["content"], ""
    if robot == "feishu":
        assert said["msg_type"] == "interactive"
        parts = [said["card"]["header"]["title"], *(one["text"] for one in said["card"]["elements"][:-1])]
        assert {one["tag"] for one in parts} == {"plain_text"}
        return "", "\n".join(one["content"] for one in parts)
    assert said["mrkdwn"] is False
    parts = [block["text"] for block in said["blocks"][:-1]]
    assert {one["type"] for one in parts} == {"plain_text"}
    return said["text"], "\n".join(one["text"] for one in parts)


@robots
def test_a_group_reads_who_said_what_in_its_own_language(cast, host, group, carry, robot):
    webhook = group(robot)
    message = say(cast)

    carry()

    ((headers, body),) = host.heard
    said = json.loads(body)
    read = "".join(texts(robot, said))
    assert "有新消息" in read or "消息" in read, "Chinese is what the group reads"
    assert "The samples leave on Friday." in read
    assert cast.sol.user.name in read
    assert f"/channels/{message.channel_id}/" in body.decode()
    assert "webhook-signature" not in headers, "a robot is no program of ours"
    assert Delivery.objects.get(webhook=webhook).state == "delivered"


def test_dingtalk_finds_its_signature_in_the_address(cast, host, group, carry):
    """加签: HMAC-SHA256 of timestamp, newline and secret, under the secret; base64, then percent-encoded."""
    group("dingtalk")
    say(cast)

    carry()

    (address,) = host.asked
    said = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
    signed = f"{said['timestamp']}\n{SECRET['dingtalk']}".encode()
    expected = hmac.new(SECRET["dingtalk"].encode(), signed, hashlib.sha256).digest()
    assert base64.b64decode(said["sign"]) == expected
    assert said["key"] == "secret", "and the address is what it was"
    assert abs(int(said["timestamp"]) / 1000 - time.time()) < 3600


def test_feishu_finds_its_signature_in_the_message(cast, host, group, carry):
    """HMAC-SHA256 of nothing, under timestamp, newline and secret; base64. Seconds, as a text."""
    group("feishu")
    say(cast)

    carry()

    (said,) = host.bodies
    key = f"{said['timestamp']}\n{SECRET['feishu']}".encode()
    assert said["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert abs(int(said["timestamp"]) - time.time()) < 3600


@robots
def test_what_people_wrote_is_no_markup_and_calls_nobody(cast, host, group, carry, robot):
    group(robot)
    say(cast, TRAP)

    carry()

    (said,) = host.bodies
    marked, _plain = texts(robot, said)
    if robot == "slack":
        assert "<" not in marked
        assert ">" not in marked
        assert marked.count("\n") <= 2, "no line of theirs begins one"
        return
    ours = [line for line in marked.split("\n") if line and not line.startswith("> ")]
    assert len(ours) in (0, 2), "a title and a link: nothing of theirs begins a line"
    theirs = "".join(line[2:] for line in marked.split("\n") if line.startswith("> "))
    assert not set(theirs) & set("[]()<>@*`#_~|\\")


@robots
def test_an_answer_of_200_that_says_no_is_a_failure(cast, host, group, carry, robot):
    webhook = group(robot)
    host.says(400 if robot == "slack" else 200, BAD[robot])
    say(cast)

    carry()

    told = Delivery.objects.get(webhook=webhook)
    assert (told.state, told.attempts, told.answer) == ("waiting", 1, BAD[robot].decode())
    assert told.error == ("" if robot == "slack" else "refused")
    assert webhook.fresh().failing_since is not None


@pytest.mark.parametrize("answer", [b"", b"ok", b"[]", b'{"errcode":false}', b'{"errmsg":"ok"}', b"\xff"])
def test_what_is_no_answer_of_dingtalks_is_none(cast, host, group, carry, answer):
    webhook = group("dingtalk")
    host.says(200, answer)
    say(cast)

    carry()

    assert Delivery.objects.get(webhook=webhook).error == "refused"


def test_a_robot_that_refuses_for_five_days_is_turned_off_and_its_people_are_told(cast, host, group, carry):
    webhook = group("wecom")
    host.says(200, BAD["wecom"])
    since = timezone.now() - GIVEN_UP_AFTER - timedelta(minutes=1)
    Webhook.objects.filter(pk=webhook.pk).update(failing_since=since)
    say(cast)

    carry()
    seal()

    assert webhook.fresh().state == "disabled"
    assert Notice.objects.filter(event_name="webhooks.webhook_disabled", recipient=cast.nora.user).exists()


def test_no_more_is_told_in_a_minute_than_the_robot_takes(cast, host, group, carry):
    webhook = group("dingtalk")
    for number in range(23):
        say(cast, f"{number}")

    carry()

    assert len(host.heard) == 20
    waiting = Delivery.objects.filter(webhook=webhook, state="waiting")
    assert {one.attempts for one in waiting} == {0}
    assert all(timedelta() < one.due_at - timezone.now() <= timedelta(minutes=1) for one in waiting)
    assert webhook.fresh().failing_since is None, "it did not fail; it was spared"

    Delivery.objects.filter(webhook=webhook).exclude(tried_at=None).update(
        tried_at=timezone.now() - timedelta(minutes=2)
    )
    Delivery.objects.filter(pk__in=waiting).update(due_at=timezone.now())
    for one in Delivery.objects.due():
        deliver(str(one.pk))
    assert len(host.heard) == 23


@robots
def test_the_longest_word_fits(robot):
    word = Word("t" * 80, ("🀄" * 5000, "<" * 5000, "x" * 5000), "Open", "https://collab.example/channels/1/")

    said = ROBOTS[robot].compose(word)

    if robot in ("dingtalk", "wecom"):
        marked, _plain = texts(robot, said)
        assert len(marked.encode()) <= MOST_BYTES
        assert marked.endswith("(https://collab.example/channels/1/)"), "the way here is not cut"


@robots
def test_a_test_arrives(cast, host, group, carry, robot):
    webhook = group(robot)

    delivery = ping_webhook(actor=cast.nora, webhook=webhook)
    carry()

    assert delivery.fresh().state == "delivered"
    assert len(host.heard) == 1


def test_neither_address_nor_secret_is_shown_again(cast, page, api, group):
    webhook = group("dingtalk")
    secret, address = SECRET["dingtalk"], "key=secret"
    nora = page("nora")

    seen = [
        nora.get(f"/webhooks/{webhook.pk}/").content.decode(),
        nora.get(f"/webhooks/{webhook.pk}/settings/").content.decode(),
        api("nora").get(f"webhooks/{webhook.pk}/").text,
        repr(Webhook.objects.filter(pk=webhook.pk).values("sealed_secret", "old_secret")),
        repr([vars(one) for one in Entry.objects.filter(name="webhooks.webhook_created")]),
    ]

    assert not [one for one in seen if secret in one or address in one]
    assert webhook.robots_secret() == secret, "premise: it is kept"


def test_settings_left_empty_keep_what_is_there(cast, page, group):
    webhook = group("dingtalk")
    said = {
        "name": "Night shift",
        "url": "",
        "secret": "",
        "language": "en",
        "workspace": "",
        "events": ["message.posted"],
    }

    answer = page("nora").post(f"/webhooks/{webhook.pk}/settings/", said)

    kept = webhook.fresh()
    assert answer.status_code == 302
    assert (kept.name, kept.language, kept.url) == ("Night shift", "en", webhook.url)
    assert kept.robots_secret() == SECRET["dingtalk"]


def test_a_robots_secret_is_changed_in_the_settings_and_drawn_nowhere(cast, group):
    webhook = group("feishu")

    with pytest.raises(RobotsSecret):
        rotate_secret(actor=cast.nora, webhook=webhook)
    change_webhook(actor=cast.nora, webhook=webhook, secret="fs-another")

    assert webhook.fresh().robots_secret() == "fs-another"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"format": "fax"}, "/format"),
        ({"format": "wecom", "secret": "x"}, "/secret"),
        ({"format": "dingtalk", "secret": "é"}, "/secret"),
        ({"format": "slack", "language": "tlh"}, "/language"),
        ({"format": "slack", "url": "https://hooks.example/" + "x" * 400}, "/url"),
    ],
)
def test_what_fits_no_robot_is_refused(opened, said, pointer):
    opened(format="slack", events=["message.posted"])  # premise: the rest of it is good

    with pytest.raises(InvalidInput) as refused:
        opened(events=["message.posted"], **said)

    assert refused.value.errors[0]["pointer"] == pointer
