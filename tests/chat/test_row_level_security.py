"""What PostgreSQL itself lets the application's login reach, whatever a queryset forgets."""

import pytest
from django.db import DatabaseError, connection, transaction

from chat.models import Channel, ChannelMember, Message
from kernel.acting import acting
from kernel.actor import Actor
from tests.chat.conftest import rows_for, said
from workspaces.models import Member
from workspaces.operations import open_workspace

TABLES = (
    "chat_channel",
    "chat_channelmember",
    "chat_message",
    "chat_reaction",
    "chat_channelevent",
    "chat_readmark",
)


MOVED = "SET CONSTRAINTS ALL IMMEDIATE; UPDATE chat_message SET workspace_id = %s WHERE id = %s"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("who", ["otto", "eve", None])
def test_who_sits_nowhere_reads_nothing(cast, table, who):
    with rows_for(Actor.system("tests")) as ask:
        assert ask(f"SELECT count(*) FROM {table}")[0] > 0, "premise: there is something to hide"
    with rows_for(cast.actor(who) if who else Actor.nobody("tests")) as ask:
        assert ask(f"SELECT count(*) FROM {table}") == [0]


@pytest.mark.parametrize("who", ["nora", "nils", "ada", "sol", "sia", "gale", "otto", "eve"])
def test_both_gates_draw_the_same_line(cast, direct, who):
    actor = cast.actor(who)
    with rows_for(Actor.system("tests")):
        by_queryset = set(Channel.objects.visible_to(actor).values_list("pk", flat=True))
    with rows_for(actor) as ask:
        assert set(ask("SELECT id FROM chat_channel")) == by_queryset
        assert set(ask("SELECT channel_id FROM chat_message")) <= by_queryset


def test_a_contact_reads_the_one_channel_they_were_added_to(cast, tooling):
    with rows_for(cast.gale) as ask:
        assert ask("SELECT id FROM chat_channel") == [tooling.pk]
        assert set(ask("SELECT channel_id FROM chat_message")) == {tooling.pk}


def test_a_partner_reads_nothing_of_an_internal_channel(cast, pricing):
    with rows_for(cast.nils) as ask:
        assert ask("SELECT count(*) FROM chat_message WHERE channel_id = %s", pricing.pk)[0] > 0
    with rows_for(cast.sol) as ask:
        for table, column in (
            ("chat_channel", "id"),
            ("chat_message", "channel_id"),
            ("chat_channelevent", "channel_id"),
        ):
            assert ask(f"SELECT count(*) FROM {table} WHERE {column} = %s", pricing.pk) == [0]


def test_a_name_on_an_internal_channel_opens_it_to_no_partner(cast, pricing):
    ChannelMember.objects.create(channel=pricing, user=cast.sol.user)
    ChannelMember.objects.create(channel=pricing, user=cast.gale.user)

    for actor in (cast.sol, cast.gale):
        with rows_for(actor) as ask:
            assert ask("SELECT count(*) FROM chat_message WHERE channel_id = %s", pricing.pk) == [0]


def test_a_name_without_a_seat_opens_nothing(cast, tooling):
    Member.objects.filter(workspace=cast.apollo, user=cast.sol.user).delete()
    assert ChannelMember.objects.filter(channel=tooling, user=cast.sol.user).exists(), (
        "premise: the name is there"
    )

    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_message WHERE channel_id = %s", tooling.pk) == [0]


def test_nobody_writes_in_anothers_name(cast, quiet):
    (mine,) = said(quiet, cast.nora, "mine")
    forged = {"id": Message._meta.pk.get_default(), "author": cast.nora.user.pk, "first": mine.pk}

    with acting(cast.sol), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        connection.cursor().execute(
            """INSERT INTO chat_message (id, created_at, channel_id, workspace_id, seq, author_id, company, body, html,
                mentions, digest, reply_count)
            SELECT %(id)s, now(), channel_id, workspace_id, 99, %(author)s, '', 'forged', '', '{}', '', 0
              FROM chat_message WHERE id = %(first)s""",
            forged,
        )


def test_nobody_writes_where_they_do_not_read(cast, pricing):
    with acting(cast.sol), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ChannelMember.objects.create(channel=pricing, user=cast.sol.user)


def test_a_message_stands_in_the_workspace_of_its_channel(cast, quiet):
    other = open_workspace(actor=cast.nora, organization=cast.northwind, name="Another room")
    (message,) = said(quiet, cast.nora, "here")

    with pytest.raises(DatabaseError, match="message_place"), transaction.atomic():
        connection.cursor().execute(MOVED, [other.pk, message.pk])
