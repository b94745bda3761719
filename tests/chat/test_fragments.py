"""A message as HTML: drawn once, kept while it says the same."""

from django.utils import timezone, translation

from chat.fragments import message_html
from chat.operations import edit_message, post_message
from chat.resources import resource_of


def test_a_changed_message_is_drawn_anew(cast):
    message = post_message(actor=cast.nora, channel=cast.general, body="first words")
    drawn = message_html(resource_of(message))
    assert "first words" in drawn

    edited = edit_message(actor=cast.nora, message=message, body="better words")

    anew = message_html(resource_of(edited))
    assert "better words" in anew
    assert "first words" not in anew


def test_it_speaks_each_language_and_keeps_each_time(cast):
    said = resource_of(post_message(actor=cast.nora, channel=cast.general, body="hi"))

    with translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        chinese = message_html(said)
    with translation.override("en"), timezone.override("UTC"):
        english = message_html(said)

    assert chinese != english
    assert "Message actions" in english


def test_where_unread_begins_is_not_part_of_it(cast):
    said = resource_of(post_message(actor=cast.nora, channel=cast.general, body="hi"))

    assert message_html({**said, "is_first_unread": True}) == message_html(said)


def test_what_people_write_stays_text(cast):
    said = resource_of(post_message(actor=cast.nora, channel=cast.general, body="<script>alert(1)</script>"))

    assert "<script>" not in message_html(said)
