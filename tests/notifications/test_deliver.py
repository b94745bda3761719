"""A mail leaves once, in its reader's language and time; what fails is tried again, then given up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation
from django.utils.formats import date_format

from kernel.actor import Actor
from notifications import letters, tasks
from notifications.models import Delivery
from notifications.operations import claim, make_notices, mark_read, post_letter
from notifications.operations.deliveries import MAX_ATTEMPTS
from ui.moments import written


@pytest.fixture
def waiting(people, owe, record, platform) -> Delivery:
    owe(people.bo)
    make_notices(actor=platform, record=record)
    return Delivery.objects.get()


def test_it_reads_in_the_readers_language_and_time(waiting, people, settings):
    settings.PUBLIC_URL = "https://collab.example"

    tasks.deliver(str(waiting.pk))

    (letter,) = mail.outbox
    assert letter.to == ["bo@two.example"]
    assert "Two <Ltd>" in letter.subject
    assert "18:18" in letter.body, "10:18 UTC is 18:18 in Shanghai"
    assert "https://collab.example/approvals/7/" in letter.body
    (html, kind) = letter.alternatives[0]
    assert kind == "text/html"
    assert 'href="https://collab.example/approvals/7/"' in html
    assert "Two &lt;Ltd&gt;" in html
    assert ">https://collab.example/mail-off/" not in html, "an address that has words is a link of these"
    assert 'href="https://collab.example/mail-off/' in html
    assert 'lang="zh-hans"' in html
    assert letter.extra_headers["Message-ID"] == f"<{waiting.pk}@collab.example>"


def test_it_leaves_once(waiting):
    tasks.deliver(str(waiting.pk))
    tasks.deliver(str(waiting.pk))

    assert len(mail.outbox) == 1
    assert (waiting.fresh().state, waiting.fresh().attempts) == ("sent", 1)


def test_a_claim_is_a_lease(waiting, platform):
    assert claim(actor=platform, delivery_id=waiting.pk) == waiting
    assert claim(actor=platform, delivery_id=waiting.pk) is None

    overdue(waiting)
    assert claim(actor=platform, delivery_id=waiting.pk) == waiting


def test_what_fails_is_tried_again_and_given_up_after_eight(waiting, monkeypatch):
    def fail(letter):
        raise ConnectionRefusedError("nothing of this is kept")

    monkeypatch.setattr(letters, "message_of", fail)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        tasks.deliver(str(waiting.pk))
        assert waiting.fresh().attempts == attempt
        overdue(waiting)

    assert (waiting.fresh().state, waiting.fresh().error) == ("failed", "ConnectionRefusedError")
    tasks.deliver(str(waiting.pk))
    assert waiting.fresh().attempts == MAX_ATTEMPTS


def test_what_was_read_meanwhile_is_not_sent(waiting, people):
    mark_read(actor=Actor.person(people.bo), notice=waiting.notice)

    tasks.deliver(str(waiting.pk))

    assert (waiting.fresh().state, mail.outbox) == ("dropped", [])


def test_who_left_meanwhile_gets_nothing(waiting, people):
    people.bo.is_active = False
    people.bo.save(update_fields=["is_active"])

    tasks.deliver(str(waiting.pk))

    assert (waiting.fresh().state, mail.outbox) == ("dropped", [])


def test_what_is_not_urgent_waits_a_while(people, owe, record, platform):
    owe(people.bo, urgency="later")
    make_notices(actor=platform, record=record)
    waiting = Delivery.objects.get()

    tasks.deliver(str(waiting.pk))
    assert mail.outbox == []

    overdue(waiting)
    tasks.deliver(str(waiting.pk))
    assert len(mail.outbox) == 1


def test_a_letter_reaches_an_address_without_an_account(people, platform, settings):
    settings.PUBLIC_URL = "https://collab.example"
    letter = post_letter(
        actor=Actor.person(people.ann),
        to="stranger@elsewhere.example",
        template="notifications/mail/notice",
        context={"sentence": "Come\nin", "url": "/invitations/secret/", "button": "Have a look"},
        language="en",
    )

    tasks.deliver(str(letter.pk))

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["stranger@elsewhere.example"], "Come in")
    assert "https://collab.example/invitations/secret/" in sent.body
    assert ">Have a look</a>" in sent.alternatives[0][0]
    assert letter.fresh().context == {}, "the secret is forgotten"


@pytest.mark.parametrize(
    "words", ["Sign in here: https://collab.example.evil.example/a", "Sign in here\nhttps://evil.example/a"]
)
def test_an_address_elsewhere_stands_to_be_read(words, people, platform, settings):
    settings.PUBLIC_URL = "https://collab.example"
    letter = post_letter(
        actor=Actor.person(people.ann),
        to="stranger@elsewhere.example",
        template="notifications/mail/notice",
        context={"sentence": words, "url": "/invitations/secret/"},
        language="en",
    )

    tasks.deliver(str(letter.pk))

    html = mail.outbox[0].alternatives[0][0]
    assert ">Sign in here</a>" not in html
    assert f">{words.split()[-1]}</a>" in html


def test_the_clock_finds_what_was_not_carried(waiting, monkeypatch):
    carried = []
    monkeypatch.setattr(tasks.deliver, "delay", carried.append)

    tasks.deliver_waiting()

    assert carried == [str(waiting.pk)]


def overdue(letter: Delivery) -> None:
    Delivery.objects.filter(pk=letter.pk).update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "5 Feb 2027 15:04"), ("zh-hans", "2027年2月5日 15:04")]
)
def test_a_letter_tells_the_hour_as_pages_do(language, words):
    moment = datetime(2027, 2, 5, 15, 4, tzinfo=UTC)
    with translation.override(language), timezone.override(UTC):
        assert date_format(moment, "DATETIME_FORMAT") == words == written(moment, "full")
