"""What hardly anybody means to tell another company is asked about by the server, whatever door it takes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Outbox
from chat.errors import NeedsConfirmation
from chat.leaks import Leak, leaks_in
from chat.models import Message
from chat.operations import (
    edit_message,
    forward_message,
    open_channel,
    open_direct,
    post_message,
    schedule_message,
    send_scheduled,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.operations import change_org
from tests.chat.conftest import fresh, said

PLATFORM = Actor.system("tests")
CARD = "Pay with 4111 1111 1111 1111 please"
IDENTITY = "身份证 11010519491231002X"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (CARD, [Leak.CARD]),
        ("4111-1111-1111-1111", [Leak.CARD]),
        ("４１１１１１１１１１１１１１１１", [Leak.CARD]),
        ("6222021234567890128", [Leak.CARD]),
        ("4111 1111 1111 1112", []),
        ("0000000000000000", []),
        ("order 20261127001234567", []),
        ("/approvals/aaaaaaa4-1111-1111-1111-111aaaaaaaaa/", []),
        ("/approvals/AAAAAAA4-1111-1111-1111-111AAAAAAAAA/ 4111111111111111", [Leak.CARD]),
        (IDENTITY, [Leak.IDENTITY]),
        ("11010519491231002x", [Leak.IDENTITY]),
        ("110105194912310021", []),
        ("110105194913310020", []),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", [Leak.KEY]),
        ("AKIAIOSFODNN7EXAMPLE", [Leak.KEY]),
        ("ghp_" + "a" * 36, [Leak.KEY]),
        (f"AKIAIOSFODNN7EXAMPLE {CARD} {IDENTITY}", [Leak.CARD, Leak.IDENTITY, Leak.KEY]),
        ("Nothing at all, 报价 53.60", []),
    ],
)
def test_secrets_are_told_by_their_shape_and_their_check_digits(text, kinds):
    assert leaks_in(text) == kinds


@pytest.mark.parametrize(
    "text", ["1 " * 10_000, "4" * 20_000, "eyJ" * 6_000, "-----BEGIN " + "A" * 20_000, "-eyJ" * 5_000]
)
def test_long_texts_are_looked_through_at_once(text):
    assert leaks_in(text) in ([], [Leak.CARD])


def test_a_secret_that_others_would_read_is_asked_about(cast, quiet):
    with pytest.raises(NeedsConfirmation) as asked:
        post_message(actor=cast.nora, channel=quiet, body=CARD)
    assert asked.value.errors[0]["code"] == "card"
    assert cast.southbay.name in str(asked.value.sentence)
    assert not Message.objects.filter(body=CARD).exists()

    message = post_message(actor=cast.nora, channel=fresh(quiet), body=CARD, confirm=True)

    with acting(PLATFORM):
        (entry,) = Outbox.objects.filter(name="chat.secret_told")
    assert entry.payload["kinds"] == ["card"]
    assert entry.payload["message_id"] == str(message.pk)
    assert "4111" not in str(entry.payload)
    assert (entry.org_ids, entry.workspace_id) == ([cast.northwind.pk], None), "the partner is not told"


def test_among_ones_own_nobody_is_asked(cast):
    ours = open_channel(
        actor=cast.nora, workspace=cast.apollo, name="us", kind="open", internal_to=cast.northwind
    )
    assert post_message(actor=cast.nora, channel=ours, body=CARD).body == CARD
    direct = open_direct(actor=cast.nora, users=[cast.nils.user])
    assert post_message(actor=cast.nora, channel=direct, body=IDENTITY).body == IDENTITY


def test_a_direct_message_to_a_partner_is_asked_about(cast):
    direct = open_direct(actor=cast.nora, users=[cast.sol.user])
    with pytest.raises(NeedsConfirmation) as asked:
        post_message(actor=cast.nora, channel=direct, body=IDENTITY)
    assert "Sol" in str(asked.value.sentence)


def test_who_edits_a_secret_in_is_asked_and_who_edits_beside_it_is_not(cast, quiet):
    (message,) = said(quiet, cast.nora, "plain")
    with pytest.raises(NeedsConfirmation):
        edit_message(actor=cast.nora, message=message, body=CARD)
    edit_message(actor=cast.nora, message=message, body=CARD, confirm=True)
    assert edit_message(actor=cast.nora, message=message, body=f"{CARD}!").body == f"{CARD}!"


def test_a_strict_organization_lets_nothing_out(cast, quiet):
    change_org(actor=cast.nora, organization=cast.northwind, secrets="refuse")
    with pytest.raises(NotAllowed) as refused:
        post_message(actor=cast.actor("nora"), channel=fresh(quiet), body=CARD, confirm=True)
    assert refused.value.rule == "chat.tell_secrets"
    direct = open_direct(actor=cast.nora, users=[cast.sol.user])
    with pytest.raises(NotAllowed):
        post_message(actor=Actor.person(cast.nora.user), channel=direct, body=CARD, confirm=True)
    assert post_message(actor=cast.sol, channel=fresh(quiet), body=CARD, confirm=True), (
        "others' rule is theirs"
    )


def test_what_is_marked_confidential_is_asked_about_where_others_would_read_it(cast):
    def confidential(name, **how):
        return open_channel(actor=cast.nora, workspace=cast.apollo, name=name, kind="private", **how)

    def marked(channel):
        with acting(PLATFORM):
            type(channel).objects.filter(pk=channel.pk).update(label="confidential")
        return fresh(channel)

    source = marked(confidential("source"))
    (message,) = said(source, cast.nora, "words")
    ours = marked(confidential("ours"))
    with acting(cast.nora):
        assert forward_message(actor=cast.nora, message=message, to=ours).card["forwarded"]


def test_it_is_asked_about_when_it_is_written_not_when_it_is_sent(cast, quiet):
    later = timezone.now() + timedelta(hours=1)
    with pytest.raises(NeedsConfirmation):
        schedule_message(actor=cast.nora, channel=quiet, body=CARD, send_at=later)
    row = schedule_message(actor=cast.nora, channel=quiet, body=CARD, send_at=later, confirm=True)
    assert send_scheduled(actor=cast.nora, scheduled=row).body == CARD


def test_programs_hear_what_was_found_and_pages_ask(cast, quiet, api, page):
    where = f"channels/{quiet.pk}/messages/"
    refused = api("nora").post(where, {"body": CARD})
    told = refused.json()
    assert (refused.status_code, told["code"]) == (409, "needs_confirmation")
    assert (told["errors"][0]["pointer"], told["errors"][0]["code"]) == ("/body", "card")
    assert api("nora").post(where, {"body": CARD, "confirm": "yes"}).status_code == 422
    made = api("nora").post(where, {"body": CARD, "confirm": True})
    assert made.status_code == 201
    path = f"messages/{made.json()['id']}/"
    assert api("nora").patch(path, {"body": IDENTITY}).status_code == 409
    assert api("nora").patch(path, {"body": IDENTITY, "confirm": True}).status_code == 200

    nora = page("nora")
    asked = nora.post(f"/channels/{quiet.pk}/messages/", {"body": CARD})
    shown = asked.content.decode()
    assert asked.status_code == 409
    assert 'name="confirm"' in shown
    assert cast.southbay.name in shown
    assert nora.post(f"/channels/{quiet.pk}/messages/", {"body": CARD, "confirm": "1"}).status_code == 302


def test_most_posts_pay_nothing(cast, quiet, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(body, **how):
        with acting(cast.nora), CaptureQueriesContext(connection) as asked:
            post_message(actor=cast.nora, channel=fresh(quiet), body=body, **how)
        return len(asked)

    counted("first")
    assert counted("plain") <= counted(CARD, confirm=True) - 1
