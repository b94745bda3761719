"""A question with answers to choose from: put, answered, closed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from chat import live
from chat.errors import NoPoll, PollClosed
from chat.models import Message, Poll, Vote
from chat.operations import close_poll, delete_message, open_poll, vote
from chat.tasks import close_all_polls
from kernel.errors import InvalidInput, NotAllowed
from tests.chat.conftest import rows_for, said

DAYS = ["Monday", "Tuesday", "Friday"]


@pytest.fixture
def put(cast, quiet):
    """Let Nora ask for a day."""

    def ask(**said):
        return open_poll(actor=cast.nora, channel=quiet, question="Which day?", **{"options": DAYS, **said})

    return ask


def counts(message):
    return [one["count"] for one in message.fresh().card["poll"]["options"]]


@pytest.mark.parametrize("options", [["one"], ["one", " one "], [str(n) for n in range(11)], ["", " "]])
def test_it_takes_two_to_ten_different_answers(put, options, quiet):
    with pytest.raises(InvalidInput):
        put(options=options)

    assert not Message.objects.filter(channel=quiet).exists()


def test_who_only_reads_neither_asks_nor_votes(cast, quiet, put):
    with pytest.raises(NotAllowed):
        open_poll(actor=cast.sia, channel=quiet, question="Which?", options=DAYS)
    with pytest.raises(NotAllowed):
        vote(actor=cast.sia, message=put(), choices=[0])


def test_each_has_one_voice_and_may_think_again(cast, put):
    poll = put()
    vote(actor=cast.sol, message=poll, choices=[0])
    vote(actor=cast.nils, message=poll, choices=[0])

    vote(actor=cast.sol, message=poll, choices=[2])

    assert counts(poll) == [1, 0, 1]
    vote(actor=cast.sol, message=poll, choices=[])
    assert counts(poll) == [1, 0, 0]
    assert poll.fresh().card["poll"]["people"] == 1


def test_of_several_one_chooses_as_many_as_one_likes(cast, put):
    poll = put(multiple=True)

    vote(actor=cast.sol, message=poll, choices=[0, 2, 2])

    assert counts(poll) == [1, 0, 1]
    assert poll.fresh().card["poll"]["people"] == 1


@pytest.mark.parametrize("choices", [[3], [-1], [0, 1]])
def test_one_chooses_among_what_is_there(cast, put, choices):
    poll = put()

    with pytest.raises(InvalidInput):
        vote(actor=cast.sol, message=poll, choices=choices)

    assert counts(poll) == [0, 0, 0]


def test_what_is_no_poll_takes_no_votes(cast, quiet):
    with pytest.raises(NoPoll):
        vote(actor=cast.sol, message=said(quiet, cast.nora, "words")[0], choices=[0])


def test_who_asked_closes_it_and_nobody_votes_any_more(cast, put):
    poll = put()
    with pytest.raises(NotAllowed):
        close_poll(actor=cast.sol, message=poll)

    close_poll(actor=cast.nora, message=poll)

    assert poll.fresh().card["poll"]["closed_at"]
    for again in (
        lambda: close_poll(actor=cast.nora, message=poll),
        lambda: vote(actor=cast.sol, message=poll, choices=[0]),
    ):
        with pytest.raises(PollClosed):
            again()


def test_its_time_closes_it(cast, put):
    poll, other = put(ends_at=timezone.now() + timedelta(hours=1)), put()
    close_all_polls()
    assert not poll.fresh().card["poll"]["closed_at"], "premise"
    Poll.objects.filter(message=poll).update(ends_at=timezone.now())

    with pytest.raises(PollClosed):
        vote(actor=cast.sol, message=poll, choices=[0])
    close_all_polls()
    close_all_polls()

    assert poll.fresh().card["poll"]["closed_at"]
    assert not other.fresh().card["poll"]["closed_at"]


def test_a_named_one_counts_by_organization(cast, put):
    poll = put()
    for actor, choice in ((cast.nora, 0), (cast.nils, 1), (cast.sol, 1)):
        vote(actor=actor, message=poll, choices=[choice])

    assert Poll.objects.get(message=poll).by_organization() == [
        {"name": cast.northwind.name, "counts": [1, 1, 0]},
        {"name": cast.southbay.name, "counts": [0, 1, 0]},
    ]
    assert poll.fresh().card["poll"]["options"][1]["people"] == [
        str(cast.nils.user_id),
        str(cast.sol.user_id),
    ]


def test_of_an_anonymous_one_nobody_reads_who_chose_what(cast, put, api):
    poll = put(anonymous=True)
    vote(actor=cast.sol, message=poll, choices=[1])
    vote(actor=cast.nils, message=poll, choices=[1])

    assert counts(poll) == [0, 2, 0]
    assert not [one for option in poll.fresh().card["poll"]["options"] for one in option["people"]]
    for actor, seen in ((cast.nora, 0), (cast.sol, 1)):
        with rows_for(actor) as ask:
            assert len(ask("SELECT user_id FROM chat_vote")) == seen
    results = api("nora").get(f"messages/{poll.pk}/poll/").json()
    assert (results["counts"], results["organizations"], results["mine"]) == ([0, 2, 0], [], [])
    seal()
    assert Entry.objects.filter(name="chat.poll_opened").exists(), "premise"
    assert not Entry.objects.filter(name="chat.poll_answered").exists()


def test_nobody_votes_for_another(cast, put):
    poll = put()
    vote(actor=cast.sol, message=poll, choices=[1])

    with rows_for(cast.nora) as ask:
        ask("DELETE FROM chat_vote")
        ask("UPDATE chat_vote SET choice = 0")

    assert Vote.objects.get(poll__message=poll).choice == 1


@pytest.mark.parametrize("anonymous", [False, True])
def test_it_goes_with_the_message_votes_and_all(cast, put, anonymous):
    poll = put(anonymous=anonymous)
    vote(actor=cast.sol, message=poll, choices=[1])

    delete_message(actor=cast.nora, message=poll)

    assert not Vote.objects.exists()
    assert not Poll.objects.filter(message=poll).exists()
    assert poll.fresh().card is None


@pytest.mark.parametrize("anonymous", [False, True])
def test_screens_count_along(cast, put, anonymous, monkeypatch, django_capture_on_commit_callbacks):
    frames = []
    for door in ("chat.live.publish", "chat.operations.polls.publish"):
        monkeypatch.setattr(door, lambda topic, kind, data, **more: frames.append((kind, data, more["seq"])))
    poll = put(anonymous=anonymous)

    with django_capture_on_commit_callbacks(execute=True):
        vote(actor=cast.sol, message=poll, choices=[1])

    ((kind, data, seq),) = frames
    assert (kind, seq) == ("message.changed", poll.channel.fresh().last_event_seq)
    assert 'class="poll"' in live.render(kind, data)
    assert [one["count"] for one in data["poll"]["options"]] == [0, 1, 0]


def test_programs_put_answer_and_close_one(cast, api, quiet):
    put = {"question": "Which day?", "options": DAYS, "multiple": True}
    made = api("nora").post(f"channels/{quiet.pk}/polls/", put)
    assert made.status_code == 201
    where = f"messages/{made.json()['id']}"

    assert api("sol").put(f"{where}/votes/", {"choices": [0, 1]}).json()["poll"]["people"] == 1
    assert api("sol").get(f"{where}/poll/").json()["mine"] == [0, 1]
    assert api("sia").put(f"{where}/votes/", {"choices": [0]}).status_code == 403
    assert api("sol").put(f"{where}/poll/closing/").status_code == 403
    assert api("nora").put(f"{where}/poll/closing/").json()["poll"]["closed_at"]
    assert api("sol").put(f"{where}/votes/", {"choices": [0]}).json()["code"] == "poll_closed"
    (plain,) = said(quiet, cast.nora, "no poll")
    assert api("sol").get(f"messages/{plain.pk}/poll/").status_code == 404


def test_pages_put_answer_and_close_one(cast, page, quiet):
    new = reverse("poll_new", args=[quiet.pk])
    assert page("sia").get(new).status_code == 403
    assert page("nora").get(new).status_code == 200
    assert page("nora").post(new, {"question": "Which?", "options": "one"}).status_code == 422
    page("nora").post(new, {"question": "Which?", "options": "one\n\n=two\n"})
    poll = Message.objects.get(channel=quiet)

    def at(name):
        return reverse(name, args=[quiet.pk, poll.pk])

    assert 'class="poll"' in page("sol").get(reverse("channel", args=[quiet.pk])).content.decode()
    page("sol").post(at("message_vote"), {"choices": "1"})
    assert counts(poll) == [0, 1]
    page("sol").post(at("message_vote"), {"choices": "x"})
    assert counts(poll) == [0, 1], "what cannot be read changes nothing"
    sheet = page("sol").get(at("message")).content.decode()
    assert 'value="1" checked' in sheet
    assert at("message_poll_closing") not in sheet
    table = page("nora").get(at("message_poll")).content.decode()
    assert "Choice,Votes,Southbay" in table
    assert "'=two,1,1" in table
    page("nora").post(at("message_poll_closing"))
    assert poll.fresh().card["poll"]["closed_at"]
