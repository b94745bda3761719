"""What means to mislead or to break: it is refused with a reason or shown as it was typed, and the page stays whole."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models.people import validate_name
from chat.errors import NameTaken
from chat.models import Channel, Message
from chat.operations import (
    change_channel,
    keep_draft,
    listen_for,
    note_reminder,
    open_channel,
    open_poll,
    open_shelf,
    post_message,
    react,
)
from chat.operations.responses import MOST_SIGNS
from kernel.errors import InvalidInput, NotNow

SCRIPT = "<script>alert(1)</script>"
HANDLER = '"><img src=x onerror=alert(2)>'
UNSEEN = ["\u200b", "\u200d", "\u202e", "\u2066", "\u2060", "\ufeff", "\u00ad", "\u115f"]


@pytest.mark.parametrize("sign", UNSEEN, ids=[f"U+{ord(one):04X}" for one in UNSEEN])
def test_no_name_hides_a_letter(cast, api, sign):
    with pytest.raises(ValidationError):
        validate_name(f"No{sign}ra")
    with pytest.raises(InvalidInput) as refused:
        open_channel(actor=cast.nora, workspace=cast.apollo, name=f"gen{sign}eral")
    assert refused.value.errors[0]["pointer"] == "/name"
    said = {"name": f"{cast.nora.user.name}{sign}", "purpose": "p", "scopes": ["messages:read"]}
    answer = api("nora").post(f"workspaces/{cast.apollo.pk}/bots/", json=said)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/name")


@pytest.mark.parametrize("name", ["General", "ｇｅｎｅｒａｌ", "GENERAL"])
def test_no_open_channel_passes_for_another(cast, name):
    assert cast.general.name.casefold() == "general", "premise"

    with pytest.raises(NameTaken):
        open_channel(actor=cast.nora, workspace=cast.apollo, name=name)
    other = open_channel(actor=cast.nora, workspace=cast.apollo, name="other")
    with pytest.raises(NameTaken):
        change_channel(actor=cast.nora, channel=other, name=name)
    assert change_channel(actor=cast.nora, channel=other, name="Other").name == "Other", (
        "its own it may write anew"
    )
    own = open_channel(actor=cast.nora, workspace=cast.apollo, name=name, kind="private")
    assert own.kind == Channel.Kind.PRIVATE, "of private ones a refusal would tell"


def test_script_in_every_field_is_words_on_every_page(cast, page):
    """Whatever people can write in chat holds a script; no page of chat runs one."""
    evil = SCRIPT + HANDLER
    place = open_channel(actor=cast.nora, workspace=cast.apollo, name=evil[:80], topic=evil)
    message = post_message(
        actor=cast.nora, channel=place, body=f"{evil}\n\n```html\n{evil}\n```\n[{evil}](javascript:alert(3))"
    )
    answer = post_message(actor=cast.nora, channel=place, body=evil, reply_to=message, quotes=message)
    open_poll(actor=cast.nora, channel=place, question=evil, options=[evil, f"{evil} 2"])
    keep_draft(actor=cast.nora, channel=place, body=evil, at=timezone.now())
    open_shelf(actor=cast.nora, name=evil[:40])
    note_reminder(actor=cast.nora, words=evil, remind_at=timezone.now() + timedelta(days=1))
    listen_for(actor=cast.nora, words=[SCRIPT])
    nora, key = page("nora"), place.pk
    shown = [
        reverse("channel", args=[key]),
        reverse("channel_settings", args=[key]),
        reverse("channel_pins", args=[key]),
        reverse("thread", args=[key, message.pk]),
        reverse("message", args=[key, message.pk]),
        reverse("message", args=[key, answer.pk]),
        reverse("message_forward", args=[key, message.pk]),
        reverse("later") + "?tab=reminders",
        reverse("later") + "?tab=drafts",
        reverse("sections"),
        reverse("threads"),
        reverse("search") + "?q=alert",
        reverse("channel_completions", args=[key]) + "?q=%23%3Cscript",
        reverse("workspace", args=[cast.apollo.pk]),
    ]
    for address in shown:
        answered = nora.get(address)
        words = answered.content.decode()
        assert answered.status_code == 200, address
        assert "<script>alert" not in words, address
        assert "<img src=x" not in words, address
        assert 'href="javascript:' not in words, address
    assert "&lt;script&gt;alert(1)" in nora.get(shown[0]).content.decode(), "premise: it is there, as words"


def test_a_text_beyond_all_measure_is_refused_at_both_doors_and_nothing_is_said(cast, api, page):
    before = Message.objects.filter(channel=cast.general).count()
    for size, status in ((20_001, 422), (2**21, 413)):
        said = {"body": "永" * size}
        assert api("nora").post(f"channels/{cast.general.pk}/messages/", json=said).status_code == status
    where = reverse("channel_messages", args=[cast.general.pk])
    for size in (20_001, 10 * 2**20):
        assert page("nora").post(where, {"body": "a" * size}).status_code < 500
    assert Message.objects.filter(channel=cast.general).count() == before


@pytest.mark.parametrize(
    "deep", [">" * 20_000, "- " * 10_000, "[" * 20_000, "![" * 10_000, "**" * 10_000, "`" * 20_000]
)
def test_a_text_without_end_is_posted_shown_found_and_answered(cast, page, deep):
    message = post_message(actor=cast.nora, channel=cast.general, body=deep)
    post_message(actor=cast.nora, channel=cast.general, body="So?", quotes=message)

    shown = page("sol").get(reverse("channel", args=[cast.general.pk]))

    assert shown.status_code == 200
    assert f'id="message-{message.pk}"' in shown.content.decode()


def test_two_hundred_signs_on_one_message_are_twenty(cast):
    message = post_message(actor=cast.nora, channel=cast.general, body="Sign here")
    refused = 0
    for number in range(200):
        try:
            react(actor=cast.nora, message=message, emoji=chr(0x1F400 + number))
        except (InvalidInput, NotNow):
            refused += 1

    assert message.reactions.count() == MOST_SIGNS
    assert refused == 200 - MOST_SIGNS
