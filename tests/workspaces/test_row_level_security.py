import pytest
from django.db import DatabaseError, connection, transaction

from kernel.acting import acting
from kernel.actor import Actor
from tests.workspaces.conftest import rows_for
from workspaces.models import Clearance, Hold, HoldAnswer, Member, Participant, Workspace, WorkspaceGrant
from workspaces.operations import open_workspace, remove_member

TABLES = (
    "workspaces_workspace",
    "workspaces_participant",
    "workspaces_member",
    "workspaces_workspacegrant",
    "workspaces_clearance",
)
EMPTY = (
    "workspaces_hold",
    "workspaces_holdanswer",
)  # the demo world holds nobody; see tests/doors/test_same_line.py


@pytest.mark.parametrize("table", TABLES)
def test_without_an_actor_there_are_no_rows(cast, table):
    with rows_for(Actor.system("tests")) as ask:
        assert ask(f"SELECT count(*) FROM {table}")[0] > 0, "premise: there is something to hide"
    with rows_for(Actor.nobody("tests")) as ask:
        assert ask(f"SELECT count(*) FROM {table}") == [0]


@pytest.mark.parametrize("table", TABLES)
def test_who_belongs_nowhere_reads_nothing(cast, table):
    with rows_for(cast.otto) as ask:
        assert ask(f"SELECT count(*) FROM {table}") == [0]


def test_a_partner_reads_their_rooms_and_no_other(cast, ramp):
    everything = set(Workspace.objects.values_list("pk", flat=True))
    with rows_for(cast.sol) as ask:
        seen = set(ask("SELECT id FROM workspaces_workspace"))

    assert seen == {cast.apollo.pk, ramp.pk}
    assert everything > seen, "premise: Northwind has a room of its own"


def test_one_who_is_asked_in_knows_of_the_room(cast, ramp):
    with rows_for(cast.nora) as ask:
        assert ramp.pk in ask("SELECT id FROM workspaces_workspace")
    with rows_for(cast.nils) as ask:
        assert ramp.pk not in ask("SELECT id FROM workspaces_workspace"), (
            "Nils steers nothing and sits elsewhere"
        )


def test_an_auditor_reads_the_rooms_name_and_nobodys_seat(cast):
    with rows_for(cast.ada) as ask:
        assert cast.apollo.pk in ask("SELECT id FROM workspaces_workspace")
        assert ask("SELECT id FROM workspaces_member") == []


def test_a_seat_that_is_over_opens_nothing(cast, seat):
    seats = Member.objects.filter(pk=seat("gale").pk)
    with rows_for(cast.gale) as ask:
        assert ask("SELECT id FROM workspaces_workspace") == [cast.apollo.pk], "premise: the seat counts"
    seats.update(expires_at=seats.get().created_at)
    with rows_for(cast.gale) as ask:
        assert ask("SELECT id FROM workspaces_workspace") == []


def test_a_suspended_organizations_seats_open_nothing(cast):
    with acting(Actor.system("tests")):
        type(cast.southbay).objects.filter(pk=cast.southbay.pk).update(state="suspended")
    with rows_for(cast.sia) as ask:
        assert ask("SELECT id FROM workspaces_workspace") == []


def test_nobody_seats_themselves_where_they_may_not_enter(cast):
    with pytest.raises(DatabaseError, match="row-level security"), acting(cast.eve), transaction.atomic():
        Member.objects.bulk_create(
            [
                Member(
                    workspace=cast.apollo,
                    user=cast.eve.user,
                    organization=cast.eastgate,
                    added_by=cast.eve.user,
                )
            ]
        )


def test_nobody_seats_people_of_another_organization(cast):
    stranger = Member(
        workspace=cast.apollo, user=cast.otto.user, organization=cast.northwind, added_by=cast.sol.user
    )
    with pytest.raises(DatabaseError, match="row-level security"), acting(cast.sol), transaction.atomic():
        stranger.save(force_insert=True)


def test_only_the_hosts_people_change_the_room(cast):
    rename = "UPDATE workspaces_workspace SET name = 'Ours' WHERE id = %s"
    with acting(cast.sol), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        connection.cursor().execute(rename, [cast.apollo.pk])
    with acting(cast.nora), connection.cursor() as cursor:
        cursor.execute(rename, [cast.apollo.pk])
        assert cursor.rowcount == 1


def test_nobody_opens_a_room_in_the_name_of_another_organization(cast):
    room = Workspace(host=cast.northwind, name="Trojan", opened_by=cast.sol.user)
    with pytest.raises(DatabaseError, match="row-level security"), acting(cast.sol), transaction.atomic():
        room.save(force_insert=True)


def test_who_opened_a_room_and_lost_the_seat_has_no_way_back(cast, part):
    room = open_workspace(actor=cast.nils, organization=cast.northwind, name="Nils opened this")
    own = room.members.select_related("user", "organization", "workspace__host").get()
    with rows_for(cast.nils) as ask:
        assert room.pk in ask("SELECT id FROM workspaces_workspace"), "premise: Nils sits there"
    Member.objects.create(
        workspace=room,
        user=cast.nora.user,
        organization=cast.northwind,
        role="manager",
        added_by=cast.nora.user,
    )
    remove_member(actor=cast.nora, seat=own)

    with rows_for(cast.nils) as ask:
        assert room.pk not in ask("SELECT id FROM workspaces_workspace")


def test_a_seat_names_an_organization_that_takes_part_here(cast):
    stray = Member(
        workspace=cast.apollo, user=cast.eve.user, organization=cast.eastgate, added_by=cast.nora.user
    )

    def seat_them() -> None:
        stray.save(force_insert=True)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match="seat_of_participant"), transaction.atomic():
        seat_them()


def test_the_querysets_draw_the_same_line_as_the_database(cast):
    for name in ("nora", "nils", "sol", "sia", "eve", "gale", "otto"):
        actor = cast.actor(name)
        drawn = set(Workspace.objects.visible_to(actor).values_list("pk", flat=True))
        with rows_for(actor) as ask:
            assert set(ask("SELECT id FROM workspaces_workspace")) == drawn, name


def test_every_table_is_guarded(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relname LIKE 'workspaces%%'")
        assert {row[0] for row in cursor.fetchall()} == {*TABLES, *EMPTY}
    models = (Workspace, Participant, Member, WorkspaceGrant, Clearance, Hold, HoldAnswer)
    assert {one._meta.db_table for one in models} == {*TABLES, *EMPTY}
