"""A page of a long record: by number, by time, and words a stretch at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import paging
from audit.filters import Filters
from audit.models import Chain, Entry, Outbox
from audit.tasks import seal
from chat.operations import open_channel, post_message

HOURS = [5, 1, 4, 1, 3, 9, 2, 6]  # ago, in the order of their numbers: some were sealed late


@pytest.fixture
def entries(cast):
    """Some posts in a chain, made at times that do not follow their numbers."""
    seal()
    began = Chain.objects.get(kind="org", noun_id=cast.northwind.pk).last_seq
    now = timezone.now().replace(microsecond=0)
    for hours in HOURS:
        post_message(actor=cast.nils, channel=cast.general, body="One more.")
        Outbox.objects.unsealed().update(at=now - timedelta(hours=hours))
        seal()
    found = Entry.objects.of("org", cast.northwind.pk).filter(seq__gt=began, name="chat.message_posted")
    assert found.count() == len(HOURS), "premise"
    return found


def pages(entries, filters, limit):
    """Return the pages until the end."""
    found = [paging.page_of(entries, filters, limit)]
    while found[-1].following is not None:
        found.append(paging.page_of(entries, filters, limit, found[-1].following))
        assert len(found) < 50, "it never ends"
    return found


def shown(found):
    return [one.pk for page in found for one in page.entries]


def test_without_a_time_numbers_order(entries):
    found = pages(entries, Filters(), 3)

    assert [len(page.entries) for page in found] == [3, 3, 2]
    assert shown(found) == list(entries.order_by("-seq").values_list("pk", flat=True))


def test_within_a_time_time_orders_and_no_entry_is_passed_over(entries):
    now = timezone.now()
    within = {"since": now - timedelta(hours=6, minutes=30), "until": now - timedelta(minutes=90)}

    found = pages(entries, Filters(**within), 2)

    wanted = entries.filter(at__gte=within["since"], at__lte=within["until"])
    assert shown(found) == list(wanted.order_by("-at", "-seq").values_list("pk", flat=True))
    assert len(shown(found)) == 5


def test_of_two_at_one_moment_the_later_number_comes_first(entries):
    found = shown(pages(entries, Filters(since=timezone.now() - timedelta(hours=2)), 1))

    same = entries.filter(pk__in=found).order_by("-seq")
    assert len(found) == 2
    assert found == [one.pk for one in same]


@pytest.mark.parametrize("since", [None, 100])
def test_words_are_looked_for_a_stretch_at_a_time(entries, cast, monkeypatch, since):
    monkeypatch.setattr(paging, "STRETCH", 2)
    monkeypatch.setattr(paging, "NEXT_STRETCH", 4)
    filters = Filters(q="nowhere", since=timezone.now() - timedelta(hours=since) if since else None)

    found = pages(entries, filters, 10)

    assert [page.entries for page in found] == [[], [], []], "two entries, four, and the last two"
    assert [page.looked_to is None for page in found] == [False, False, True]
    times = [page.looked_to for page in found[:-1]]
    assert times == sorted(times, reverse=True) or since is None


def test_words_that_stand_far_back_are_found_once_each(entries, cast, monkeypatch):
    monkeypatch.setattr(paging, "STRETCH", 3)
    monkeypatch.setattr(paging, "NEXT_STRETCH", 3)
    first = entries.order_by("seq").first()

    found = pages(entries, Filters(q=first.actor_name.upper()), 2)

    assert shown(found) == list(entries.order_by("-seq").values_list("pk", flat=True))


def test_a_page_that_found_nothing_yet_says_how_far_it_looked(entries, cast, page, monkeypatch):
    monkeypatch.setattr(paging, "STRETCH", 2)
    nora, path = page("nora"), f"/orgs/{cast.northwind.pk}/audit/?q=nowhere"

    first = nora.get(path)
    monkeypatch.setattr(paging, "NEXT_STRETCH", 10_000)
    last = nora.get(first.context["next"].replace("?", path.partition("?")[0] + "?"))

    assert b"Looked back to" in first.content
    assert b"Nothing fits" not in first.content
    assert b"Nothing fits" in last.content


def test_files_hold_what_stands_behind_many_stretches(entries, cast, page, monkeypatch):
    monkeypatch.setattr(paging, "STRETCH", 1)
    monkeypatch.setattr(paging, "NEXT_STRETCH", 1)
    open_channel(actor=cast.nora, workspace=cast.apollo, name="far-back")
    for _ in range(3):
        post_message(actor=cast.nils, channel=cast.general, body="One more.")
    seal()
    nora, path = page("nora"), f"/orgs/{cast.northwind.pk}/audit"

    table = nora.get(f"{path}/export.csv?q=far-back").content.decode()
    lines = b"".join(nora.get(f"{path}/export.jsonl?q=far-back").streaming_content).decode()

    assert table.count("chat.channel_opened") == 1
    assert lines.count("chat.channel_opened") == 1
