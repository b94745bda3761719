"""A message that is to be taken note of: asked, given, asked for again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import tasks
from chat import live
from chat.errors import AskedAlready, NotAsked, NudgedJustNow
from chat.models import Acknowledgement, Ask, Message, readers_of
from chat.notices import still_silent
from chat.operations import (
    acknowledge,
    ask_to_acknowledge,
    delete_message,
    note_overdue,
    nudge_silent,
    post_to_acknowledge,
    remove_from_channel,
)
from chat.tasks import note_all_overdue
from collab.owed.sources import View, lines_of
from kernel.errors import InvalidInput, NotAllowed
from kernel.notices import Due
from notifications.models import Notice
from tests.chat.conftest import fresh, rows_for, said


@pytest.fixture
def words(cast, quiet):
    return said(quiet, cast.nora, "The dock is closed on Friday.")[0]


@pytest.fixture
def asked(cast, words):
    return ask_to_acknowledge(actor=cast.nora, message=words)


def card(message):
    return message.fresh().card["acknowledgement"]


def test_all_who_read_the_channel_are_asked_but_the_author(cast, quiet, asked):
    others = readers_of(quiet) - {cast.nora.user_id}
    assert len(others) > 2, "premise"

    assert {one.user_id for one in asked.ask.people.all()} == others
    assert (card(asked)["people"], card(asked)["given"]) == (len(others), 0)
    sides = dict(asked.ask.people.values_list("user_id", "organization__slug"))
    assert sides[cast.sol.user_id] == "southbay"


def test_some_of_them_by_a_day(cast, words):
    tomorrow = timezone.now() + timedelta(days=1)

    ask_to_acknowledge(actor=cast.nora, message=words, people=[cast.sol.user_id], due_at=tomorrow)

    assert card(words)["waiting"] == [str(cast.sol.user_id)]
    assert Ask.objects.get(message=words).due_at == tomorrow


@pytest.mark.parametrize("what", ["stranger", "past"])
def test_whom_and_when_must_be_possible(cast, words, what):
    said = {"people": [cast.otto.user_id]} if what == "stranger" else {"due_at": timezone.now()}

    with pytest.raises(InvalidInput):
        ask_to_acknowledge(actor=cast.nora, message=words, **said)

    assert not Ask.objects.filter(message=words).exists()


def test_only_its_author_asks_and_once(cast, asked):
    with pytest.raises(NotAllowed):
        ask_to_acknowledge(actor=cast.sol, message=asked)
    with pytest.raises(AskedAlready):
        ask_to_acknowledge(actor=cast.nora, message=asked)


def test_who_reads_along_gives_it_once(cast, asked):
    acknowledge(actor=cast.sia, message=asked)
    first = asked.ask.people.get(user=cast.sia.user).given_at
    before = fresh(asked.channel).last_event_seq

    acknowledge(actor=cast.sia, message=asked)

    assert card(asked)["given"] == 1
    assert str(cast.sia.user_id) not in card(asked)["waiting"]
    assert asked.ask.people.get(user=cast.sia.user).given_at == first
    assert fresh(asked.channel).last_event_seq == before


def test_who_is_not_asked_gives_none(cast, asked, words):
    with pytest.raises(NotAsked):
        acknowledge(actor=cast.nora, message=asked)


def test_nobody_gives_it_for_another(cast, asked):
    with rows_for(cast.nora) as ask:
        ask("UPDATE chat_acknowledgement SET given_at = now() WHERE user_id = %s", cast.sol.user_id)

    assert asked.ask.people.get(user=cast.sol.user).given_at is None


def test_those_who_are_silent_are_asked_again_once_an_hour(cast, asked):
    nudge_silent(actor=cast.nora, message=asked)

    with pytest.raises(NudgedJustNow):
        nudge_silent(actor=cast.nora, message=asked)
    with pytest.raises(NotAllowed):
        nudge_silent(actor=cast.sol, message=asked)
    Ask.objects.update(nudged_at=timezone.now() - timedelta(minutes=61))
    nudge_silent(actor=cast.nora, message=asked)
    for one in asked.ask.people.all():
        Acknowledgement.objects.filter(pk=one.pk).update(given_at=timezone.now())
    Ask.objects.update(nudged_at=None)
    with pytest.raises(NotAsked):
        nudge_silent(actor=cast.nora, message=asked)


def test_they_are_told_and_those_who_gave_it_or_left_are_not_told_again(cast, tooling):
    (words,) = said(tooling, cast.nora, "The dock is closed on Friday.")
    tasks.seal()
    Notice.objects.all().delete()
    ask_to_acknowledge(actor=cast.nora, message=words)
    acknowledge(actor=cast.nils, message=words)
    remove_from_channel(actor=cast.nora, channel=tooling, user=cast.gale.user)
    nudge_silent(actor=cast.nora, message=words)

    tasks.seal()

    told = Notice.objects.filter(kind="acknowledgement")
    assert {one.recipient_id for one in told} == {cast.sol.user_id}
    where = told[0].url
    assert where == f"{reverse('channel', args=[tooling.pk])}#message-{words.pk}"
    both = [Due(one, where) for one in (cast.sol.user_id, cast.nils.user_id)]
    assert still_silent(both) == both[:1]


def test_it_goes_with_the_message(cast, asked):
    delete_message(actor=cast.nora, message=asked)

    assert not Acknowledgement.objects.filter(ask__message=asked).exists()
    assert asked.fresh().card is None


def test_one_posts_and_asks_at_once(cast, api, quiet, django_capture_on_commit_callbacks, monkeypatch):
    frames = []
    monkeypatch.setattr(live, "publish", lambda topic, kind, data, **more: frames.append((kind, data)))
    due = (timezone.now() + timedelta(days=2)).isoformat()
    body = {"body": "Read this.", "must_acknowledge": True, "acknowledge_by": due}

    with django_capture_on_commit_callbacks(execute=True):
        answer = api("nora").post(f"channels/{quiet.pk}/messages/", body)

    assert answer.json()["acknowledgement"]["people"] == len(readers_of(quiet)) - 1
    assert [kind for kind, _data in frames] == ["message.posted", "message.changed"]
    assert str(cast.sol.user_id) in live.render(*frames[0])


def test_what_is_posted_twice_with_a_key_asks_once(cast, quiet):
    said = {"actor": cast.nora, "channel": quiet, "body": "Read this.", "key": cast.apollo.pk}
    first = post_to_acknowledge(**said)

    assert post_to_acknowledge(**said) == first
    assert Ask.objects.filter(channel=quiet).count() == 1


def test_programs_ask_give_list_and_nudge(cast, api, quiet, words):
    where = f"messages/{words.pk}"
    assert api("sol").put(f"{where}/acknowledgement-request/", {}).status_code == 403
    assert api("nora").put(f"{where}/acknowledgement-request/", {}).json()["acknowledgement"]["given"] == 0
    assert api("sol").put(f"{where}/acknowledgement/").json()["acknowledgement"]["given"] == 1
    listed = api("nora").get(f"{where}/acknowledgements/").json()["results"]
    given = {one["user"]["id"]: one["given_at"] for one in listed}
    assert given[str(cast.sol.user_id)]
    assert given[str(cast.sia.user_id)] is None
    assert api("nora").post(f"{where}/nudge/").status_code == 200
    assert api("nora").post(f"{where}/nudge/").json()["code"] == "nudged_just_now"
    assert api("otto").get(f"{where}/acknowledgements/").status_code == 404


def test_pages_ask_give_and_show_the_table(cast, page, quiet, words):
    def at(name):
        return reverse(name, args=[quiet.pk, words.pk])

    assert at("message_ask") in page("nora").get(at("message")).content.decode()
    assert at("message_ask") not in page("sol").get(at("message")).content.decode()
    assert page("sol").post(at("message_ask"), {}).status_code == 403
    assert page("nora").post(at("message_ask"), {"due_on": "2020-01-01"}).status_code == 422
    page("nora").post(at("message_ask"), {"people": [str(cast.sol.user_id), str(cast.sia.user_id)]})
    shown = page("sol").get(reverse("channel", args=[quiet.pk])).content.decode()
    assert f'data-for="{" ".join(card(words)["waiting"])}"' in shown
    assert at("message_acknowledgement") in page("sol").get(at("message")).content.decode()

    page("sol").post(at("message_acknowledgement"))

    assert card(words)["given"] == 1
    assert at("message_acknowledgement") not in page("sol").get(at("message")).content.decode()
    table = page("nora").get(at("message_acknowledgements")).content.decode()
    assert f"{cast.sol.user.name},Southbay" in table
    assert page("otto").get(at("message_acknowledgements")).status_code == 404
    page("nora").post(at("message_nudge"))
    assert Ask.objects.get(message=words).nudged_at


def test_what_a_partner_asks_is_open_between_us(cast, asked):
    def lines(actor):
        return [one for one in lines_of(View.of(actor, whole=False)) if one.kind == "acknowledgement"]

    (ours,) = lines(cast.sol)
    assert (ours.is_ours, ours.partner, ours.is_mine) == (True, cast.northwind, True)
    assert lines(cast.nils) == [], "of one's own organization nothing is owed between two"
    theirs = lines(cast.nora)
    assert [(one.is_ours, one.partner) for one in theirs] == [(False, cast.southbay)]

    for actor in (cast.sol, cast.sia):
        acknowledge(actor=actor, message=asked)

    assert lines(cast.sol) == []
    assert lines(cast.nora) == []


def test_a_page_of_messages_asks_nothing_more_for_it(cast, quiet, asked, django_assert_num_queries):
    with django_assert_num_queries(2):
        shown = list(Message.objects.told().filter(channel=quiet))

    assert shown[0].card["acknowledgement"]["people"]


@pytest.fixture
def passed(cast, words):
    """Sol and Sia were to take note by a moment ago, and Sia did."""
    people = [cast.sol.user_id, cast.sia.user_id]
    ask_to_acknowledge(
        actor=cast.nora, message=words, people=people, due_at=timezone.now() + timedelta(days=1)
    )
    acknowledge(actor=cast.sia, message=words)
    Ask.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    tasks.seal()
    Notice.objects.all().delete()
    return words


def test_who_asked_is_told_once_that_its_day_has_passed(cast, passed, page):
    note_all_overdue()
    note_all_overdue()

    tasks.seal()

    (told,) = Notice.objects.all()
    assert (told.recipient_id, told.kind) == (cast.nora.user_id, "acknowledgement")
    assert told.url == reverse("message", args=[passed.channel_id, passed.pk])
    assert (told.payload["silent"], told.payload["people"]) == (1, 2)
    assert str(cast.sol.user_id) not in str(told.payload), (
        "who is silent is read on its page, by who knows them"
    )
    assert "1 of 2" in page("nora").get(reverse("inbox")).content.decode()
    assert (
        reverse("message_nudge", args=[passed.channel_id, passed.pk])
        in page("nora").get(told.url).content.decode()
    )


def test_those_who_owe_it_see_that_it_is_overdue_until_they_gave_it(cast, passed, page):
    def shown():
        return page("sol").get(reverse("channel", args=[passed.channel_id])).content.decode()

    assert "已逾期" not in shown(), "premise"

    note_all_overdue()

    assert card(passed)["overdue"]
    assert "已逾期" in shown()
    acknowledge(actor=cast.sol, message=passed)
    assert not card(passed)["overdue"]
    assert "已逾期" not in shown()


@pytest.mark.parametrize("what", ["all gave it", "its day is to come", "who is silent reads it no more"])
def test_nobody_is_told_in_vain(cast, passed, what):
    if what == "all gave it":
        acknowledge(actor=cast.sol, message=passed)
    elif what == "its day is to come":
        Ask.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    else:
        Acknowledgement.objects.filter(user=cast.sol.user).update(user=cast.otto.user)
        assert cast.otto.user_id not in readers_of(passed.channel), "premise"

    note_all_overdue()
    tasks.seal()

    assert not Notice.objects.exists()


def test_what_is_acknowledged_by_all_before_the_notice_leaves_is_not_told(cast, passed):
    note_all_overdue()
    acknowledge(actor=cast.sol, message=passed)

    tasks.seal()

    assert not Notice.objects.filter(recipient=cast.nora.user).exists()


def test_only_the_clock_notes_it(cast, passed):
    with pytest.raises(NotAllowed):
        note_overdue(actor=cast.nora, message=passed)
