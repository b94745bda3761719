"""What is told again and again of one thing is one notice, until it is read."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone, translation

from kernel import notices
from kernel.actor import Actor
from kernel.notices import Due
from notifications.models import Delivery, Notice, Push, Telling
from notifications.operations import (
    choose,
    choose_rest,
    forget_tellings,
    make_all_notices,
    mark_place_read,
    mark_read,
    on_read,
)
from notifications.queries import unread_count
from notifications.tasks import deliver
from notifications.telling import KEPT_FOR
from tests.notifications.conftest import EVENT
from tests.notifications.push import carry


@pytest.fixture
def tell(monkeypatch, people, record, platform):
    """Tell Bo of things that happened, by anchor, of one thread or of another."""
    monkeypatch.setattr(notices, "DUTIES", type(notices.DUTIES)(list))

    def find(said):
        fold, anchor = said.payload["fold"], said.payload["anchor"]
        yield Due(people.bo.pk, f"/threads/7/#{anchor}", said.payload["urgency"], fold, said.payload["seen"])

    notices.owes(EVENT, kind="message", mail=True)(find)

    def say(*anchors, fold="thread:7", seen=False, urgency="later"):
        facts = {"fold": fold, "seen": seen, "urgency": urgency}
        records = [
            replace(record, id=uuid4(), payload={**record.payload, **facts, "anchor": one}) for one in anchors
        ]
        return make_all_notices(actor=platform, records=records)

    return say


@pytest.fixture
def bo(people):
    return Actor.person(people.bo)


def shown(actor):
    rows = Notice.objects.visible_to(actor).uncovered().order_by("pk")
    return [(one.count, one.url.rpartition("#")[2], one.read_at is not None) for one in rows]


@pytest.mark.parametrize(
    "batches", [[("a", "b", "c")], [("a",), ("b",), ("c",)]], ids=["at once", "one by one"]
)
def test_the_newest_stands_for_all_and_leads_to_the_first(batches, tell, bo):
    for batch in batches:
        tell(*batch)

    assert shown(bo) == [(3, "a", False)]
    assert unread_count(bo) == 1
    newest = Notice.objects.uncovered().get()
    assert newest.payload["anchor"] == "c"


def test_each_fold_and_what_has_none_stands_for_itself(tell, bo):
    tell("a", "b")
    tell("c", fold="thread:8")
    tell("d", "e", fold="")

    assert shown(bo) == [(2, "a", False), (1, "c", False), (1, "d", False), (1, "e", False)]


def test_what_follows_the_reading_begins_anew(tell, bo):
    (first,) = tell("a")
    mark_read(actor=bo, notice=first)

    tell("b", "c")

    assert shown(bo) == [(1, "a", True), (2, "b", False)]


def test_told_twice_it_counts_once(tell, bo, record, platform, people):
    told = replace(
        record, id=uuid4(), payload={"fold": "thread:7", "seen": False, "urgency": "later", "anchor": "a"}
    )
    tell("z")
    make_all_notices(actor=platform, records=[told])
    tell("b")

    make_all_notices(actor=platform, records=[told])

    assert shown(bo) == [(3, "z", False)]


def test_an_older_one_that_is_opened_by_a_letters_link_reads_the_newest(tell, bo):
    (first,) = tell("a")
    tell("b")

    mark_read(actor=bo, notice=first.fresh())

    assert unread_count(bo) == 0


def test_reading_the_page_reads_what_led_there_and_other_screens_hear_of_it(tell, bo, people, monkeypatch):
    heard = []
    monkeypatch.setattr("notifications.operations.notices.on_read", [heard.append])
    tell("a", "b")
    tell("c", fold="")

    assert mark_place_read(actor=bo, place="/threads/8/", kinds=["message"]) == 0
    assert mark_place_read(actor=bo, place="/threads/7/", kinds=["mention"]) == 0
    assert (unread_count(bo), heard) == (2, []), "premise"
    assert mark_place_read(actor=bo, place="/threads/7/", kinds=["message"]) == 2

    assert (unread_count(bo), heard) == (0, [people.bo.pk])
    assert isinstance(on_read, list)


def test_what_they_have_seen_already_stands_as_read_and_is_sent_nowhere(tell, bo, device):
    tell("a", seen=True)

    assert shown(bo) == [(1, "a", True)]
    assert (Delivery.objects.count(), Push.objects.count()) == (0, 0)


def test_one_letter_tells_of_what_came_before_it_left(tell, bo, people):
    tell("a")
    tell("b", "c")
    assert Delivery.objects.count() == 2, "premise: b never had one"
    Delivery.objects.update(due_at=timezone.now())

    for letter in Delivery.objects.order_by("pk"):
        deliver(str(letter.pk))

    assert len(mail.outbox) == 1
    assert "/threads/7/#a" in mail.outbox[0].body
    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["sent", "dropped"]
    told = Telling.objects.filter(way="mail").order_by("notice_id")
    assert [(one.outcome, one.why) for one in told] == [
        ("sent", ""),
        ("dropped", "folded"),
        ("dropped", "folded"),
    ]


def test_no_letter_leaves_once_it_is_read(tell, bo):
    tell("a")
    (newest,) = tell("b")
    mark_read(actor=bo, notice=newest)
    Delivery.objects.update(due_at=timezone.now())

    for letter in Delivery.objects.order_by("pk"):
        deliver(str(letter.pk))

    assert mail.outbox == []


def test_the_next_letter_is_sent_for_what_came_after_the_last(tell, bo):
    tell("a", urgency="now")
    deliver(str(Delivery.objects.get().pk))
    assert len(mail.outbox) == 1, "premise"

    tell("b", urgency="now")
    deliver(str(Delivery.objects.get(state="waiting").pk))

    assert len(mail.outbox) == 2


@pytest.mark.parametrize("in_app", [True, False])
def test_the_daily_letter_has_one_line_for_all(in_app, tell, bo, people):
    choose(actor=bo, choices={"message": {"in_app": in_app}})
    choose_rest(actor=bo, quiet=None, daily=True)
    tell("a")
    tell("b")
    tell("c", fold="")
    Delivery.objects.update(due_at=timezone.now())

    deliver(str(Delivery.objects.get().pk))

    (letter,) = mail.outbox
    assert [letter.body.count(f"/threads/7/#{anchor}") for anchor in "abc"] == [1, 0, 1]
    html = letter.alternatives[0][0]
    assert html.count('/threads/7/#a" style="color:inherit">') == 1, "what is told is a link of its words"
    assert ">http" not in html, "and no address stands to be read"


def test_a_device_is_told_once_with_the_newest_words(tell, bo, device, browser):
    tell("a")
    tell("b")
    Push.objects.update(due_at=timezone.now())
    first, second = Push.objects.order_by("pk")

    carry()

    (words,) = (browser.opened(body) for _head, body in browser.heard)
    assert words["url"].endswith(f"/{second.notice_id}/")
    assert [one.fresh().state for one in (first, second)] == ["sent", "dropped"]
    assert second.fresh().error == "folded"


def test_what_is_covered_is_forgotten_with_its_lines(tell, bo, platform):
    tell("a")
    tell("b")
    assert Notice.objects.count() == 2, "premise"
    long_ago = timezone.now() - KEPT_FOR - KEPT_FOR
    Notice.objects.update(created_at=long_ago)
    Telling.objects.update(created_at=long_ago)

    forget_tellings(actor=platform)

    assert [one.count for one in Notice.objects.all()] == [2]


def test_folding_many_costs_as_much_as_folding_one(tell, bo, django_assert_max_num_queries):
    tell("a")

    with django_assert_max_num_queries(13):
        tell(*"bcdefghijklmnop")

    assert shown(bo) == [(16, "a", False)]


def test_the_sentence_counts(people, record):
    words = {"direct": False, "thread_id": str(uuid4())}
    notice = Notice(
        event_name="chat.message_posted", actor_name="Ann", subject_label="quiet", payload=words, count=3
    )

    with translation.override("en"):
        assert notice.sentence() == "3 new answers in a thread in quiet, the latest by Ann"
        assert "<strong>Ann</strong>" in notice.marked_sentence()
    with translation.override("zh-hans"):
        assert "3" in notice.sentence()
        assert "new" not in notice.sentence()
