from uuid import uuid4

import pytest

from audit.models import Outbox
from chat.errors import ChannelArchived, KeyReused
from chat.events import MessagePosted
from chat.models import Channel, ChannelEvent, Message
from chat.operations import archive_channel, messages, open_channel, post_message
from kernel.errors import NotAllowed, NotVisible
from orgs.models import Contact
from tests.chat.conftest import fresh, said
from workspaces.models import Member


def test_posts_are_numbered_from_one_without_a_gap(cast, quiet):
    first, second, third = said(quiet, cast.nora, "one", "two", "three")

    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert fresh(quiet).last_seq == fresh(quiet).last_event_seq == 3
    events = ChannelEvent.objects.filter(channel=quiet).order_by("seq").values_list("seq", "type")
    assert list(events) == [(1, "message.posted"), (2, "message.posted"), (3, "message.posted")]


@pytest.mark.parametrize(("name", "org", "is_external"), [
    ("nora", "northwind", False), ("sol", "southbay", False), ("gale", "northwind", True),
])  # fmt: skip
def test_a_message_keeps_the_hat_of_the_day(cast, tooling, name, org, is_external):
    Member.objects.filter(workspace=cast.apollo, user=cast.gale.user).update(role="editor")
    company = Contact.objects.get(user=cast.gale.user).company
    assert company, "premise: Gale works somewhere"

    message = post_message(actor=cast.actor(name), channel=tooling, body="hello")

    assert message.organization.slug == org
    assert message.company == (company if is_external else "")


def test_a_viewer_reads_and_does_not_write(cast, quiet):
    with pytest.raises(NotAllowed) as refusal:
        post_message(actor=cast.sia, channel=quiet, body="me too")

    assert refusal.value.rule == "chat.post"
    assert fresh(quiet).last_seq == 0


def test_what_the_database_hides_meanwhile_is_not_written(cast, quiet, monkeypatch):
    """Who loses a channel between the rule and the statement hears that it is not there, and leaves nothing behind."""
    monkeypatch.setattr(messages, "_require_words", lambda *asked, **rule: None)
    outsider = cast.otto
    assert not Channel.objects.visible_to(outsider).filter(pk=quiet.pk).exists(), "premise"
    before = Outbox.objects.count()

    with pytest.raises(NotVisible):
        post_message(actor=outsider, channel=quiet, body="anybody here?")

    assert Outbox.objects.count() == before
    assert fresh(quiet).last_seq == 0
    assert not Message.objects.filter(channel=quiet).exists()


def test_in_an_archived_channel_nobody_writes(cast, quiet):
    archive_channel(actor=cast.nora, channel=quiet)

    with pytest.raises(ChannelArchived):
        post_message(actor=cast.nora, channel=fresh(quiet), body="still here")


def test_a_repeated_key_returns_the_first_message(cast, quiet):
    key = uuid4()
    first = post_message(actor=cast.nora, channel=quiet, body="once", key=key)

    again = post_message(actor=cast.nora, channel=quiet, body="once", key=key)

    assert (again.pk, again.seq) == (first.pk, first.seq)
    assert Message.objects.filter(channel=quiet).count() == fresh(quiet).last_seq == 1
    assert ChannelEvent.objects.filter(channel=quiet).count() == 1


def test_a_key_with_other_words_is_refused(cast, quiet):
    key = uuid4()
    post_message(actor=cast.nora, channel=quiet, body="once", key=key)

    with pytest.raises(KeyReused):
        post_message(actor=cast.nora, channel=quiet, body="twice", key=key)

    assert fresh(quiet).last_seq == 1


def test_a_key_with_other_names_beside_the_same_words_is_refused(cast, quiet):
    key, named = uuid4(), [cast.sol.user.pk, cast.nils.user.pk]
    first = post_message(actor=cast.nora, channel=quiet, body="once", mentions=named, key=key)

    again = post_message(actor=cast.nora, channel=quiet, body="once", mentions=named[::-1], key=key)
    with pytest.raises(KeyReused):
        post_message(actor=cast.nora, channel=quiet, body="once", mentions=named[:1], key=key)

    assert again.pk == first.pk
    assert first.fresh().mentions == sorted(named)


def test_two_people_may_use_the_same_key(cast, quiet):
    key = uuid4()

    first = post_message(actor=cast.nora, channel=quiet, body="same", key=key)
    second = post_message(actor=cast.sol, channel=quiet, body="same", key=key)

    assert first.pk != second.pk


def test_an_answer_joins_the_thread_of_what_it_answers(cast, quiet):
    (root,) = said(quiet, cast.nora, "question")
    answer = post_message(actor=cast.sol, channel=quiet, body="answer", reply_to=root)

    deeper = post_message(actor=cast.nils, channel=quiet, body="to the answer", reply_to=answer)

    assert answer.thread_id == deeper.thread_id == root.pk
    assert root.fresh().reply_count == 2
    assert root.fresh().last_reply_at == deeper.created_at


def test_a_mention_names_only_people_of_the_channel(cast, pricing):
    body = f"@{cast.nils.user.name} and @{cast.sol.user.name}"
    wanted = [cast.nils.user.pk, cast.sol.user.pk, uuid4()]

    message = post_message(actor=cast.nora, channel=pricing, body=body, mentions=wanted)

    assert message.mentions == [cast.nils.user.pk]
    assert str(cast.sol.user.pk) not in message.html


def test_the_record_never_holds_what_was_said(cast, quiet):
    post_message(actor=cast.nora, channel=quiet, body="the secret price is 51.80")

    rows = Outbox.objects.filter(name=MessagePosted.name).order_by("-id")
    assert rows.exists()
    assert not any("51.80" in str(row.__dict__) for row in rows)


def test_whom_the_database_hides_a_channel_from_cannot_write_there(cast):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)

    with pytest.raises(NotVisible):
        post_message(actor=cast.sol, channel=ours, body="Hello?")

    assert not ours.messages.exists()
