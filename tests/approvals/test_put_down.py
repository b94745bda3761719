"""What a command leaves is put down by one function of the database: all that is the actor's to write, or nothing."""

import re

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from uuid_utils.compat import uuid7

from approvals.engine import Case
from approvals.engine.case import MOVED
from approvals.ink import COLUMNS, PLACES
from approvals.models import Acquaintance, Assignment, Instance, InstanceEvent, Run, Viewer
from kernel.acting import acting
from tests.approvals.conftest import pending, purchase
from tests.conftest import PLATFORM

BODY = "SELECT prosrc FROM pg_proc WHERE proname = 'put_down' AND pronamespace = 'priv'::regnamespace"
WHO = """SELECT grantee::regrole::text FROM pg_proc, aclexplode(proacl)
          WHERE proname = %s AND pronamespace = 'priv'::regnamespace AND grantee <> proowner"""


def put(instance, **page):
    said = orjson.dumps({"request": instance.pk} | page, default=str).decode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT priv.write_down(%s::jsonb)", [said])


def event(instance, actor=None, of=None, seq=900):
    return {
        "id": uuid7(), "created_at": "2026-11-29T00:00:00Z", "instance_id": (of or instance).pk, "seq": seq, "type": "commented",
        "at": "2026-11-29T00:00:00Z", "actor_id": actor.user_id if actor else None, "audience": [instance.acting_org_id],
        "payload": {}, "prev": "", "hash": "",
    }  # fmt: skip


def moved(slot, **changes):
    return {one: getattr(slot, one) for one in ("id", *MOVED[Assignment])} | changes


def written(instance):
    return InstanceEvent.objects.filter(instance=instance, seq__gte=900).count()


def test_only_what_was_taken_is_written(cast, running):
    with acting(cast.nora):
        with pytest.raises(DatabaseError, match="not the actor's to write"):
            put(running, events=[event(running)])
        with transaction.atomic():
            Case.locked(running.pk, cast.nora)
            put(running, events=[event(running, cast.nora)])
    assert written(running) == 1


def test_who_acts_next_in_the_transaction_writes_nothing(cast, running):
    with acting(cast.nora), transaction.atomic():
        Case.locked(running.pk, cast.nora)
        with acting(cast.otto), pytest.raises(DatabaseError, match="not the actor's to write"):
            put(running, events=[event(running)])
    assert not written(running)


def test_a_page_is_of_one_request(cast, running):
    other = purchase(cast)
    with acting(cast.nora), transaction.atomic():
        Case.locked(running.pk, cast.nora)
        with pytest.raises(DatabaseError, match="some of it"):
            put(running, events=[event(running), event(running, of=other)])
        slot = pending(other, cast.nora)
        with pytest.raises(DatabaseError, match="some of it"):
            put(running, moved_slots=[moved(slot, state="APPROVED", actor_id=cast.nora.user_id)])
    assert not written(running)


def test_nobody_speaks_for_another(cast, running):
    slot = pending(running, cast.nora)
    with acting(cast.nils), transaction.atomic():
        Case.locked(running.pk, cast.nils)
        for page in (
            {"events": [event(running, cast.nora)]},
            {"moved_slots": [moved(slot, state="APPROVED", actor_id=cast.nils.user_id)]},
            {"moved_slots": [moved(slot, state="APPROVED", actor_id=cast.nora.user_id)]},
        ):
            with pytest.raises(DatabaseError, match="some of it"):
                put(running, **page)
    assert slot.fresh().state == "PENDING"


def test_a_slot_is_not_opened_with_a_word_in_it(cast, running):
    run = Run.objects.get(instance=running)
    slot = dict.fromkeys(COLUMNS[Assignment]) | {
        "id": uuid7(), "created_at": "2026-11-29T00:00:00Z", "instance_id": running.pk, "run_id": run.pk,
        "principal_id": cast.nils.user_id, "state": "APPROVED", "place": 2, "comment": "", "salt": "", "audience": "internal",
        "view_hash": "", "weight": 1, "part": {},
    }  # fmt: skip
    with acting(cast.nora), transaction.atomic():
        Case.locked(running.pk, cast.nora)
        for more in ({}, {"state": "PENDING", "actor_id": cast.nora.user_id}):
            with pytest.raises(DatabaseError, match="some of it"):
                put(running, slots=[slot | more])


@pytest.mark.parametrize("field", ["initiator_id", "acting_org_id"])
def test_one_asks_for_oneself_and_for_where_one_works(cast, running, field):
    wrong = {"initiator_id": cast.nora.user_id, "acting_org_id": cast.southbay.pk}[field]
    row = {one: getattr(running, one) for one in COLUMNS[Instance]} | {
        "id": uuid7(),
        "number": "X-1",
        "parent_run_id": None,
    }
    with acting(cast.nils), transaction.atomic():
        with pytest.raises(DatabaseError, match="the request is not"):
            put(Instance(pk=row["id"]), requests=[row | {field: wrong}])
        put(Instance(pk=row["id"]), requests=[row])
    assert Viewer.objects.filter(instance=row["id"], user=cast.nils.user_id).exists()


def test_who_writes_by_themselves_has_it_told_who_knows(cast, running):
    with acting(PLATFORM):
        Run.objects.create(instance=running, node="more", type="approve", party_org=cast.eastgate)
        assert Viewer.objects.filter(instance=running, organization=cast.eastgate, user=None).exists()
        assert cast.northwind.pk in Acquaintance.objects.filter(organization=cast.eastgate).values_list(
            "named", flat=True
        )


def test_what_is_put_down_is_all_that_the_models_hold():
    with connection.cursor() as cursor:
        cursor.execute(BODY)
        (words,) = cursor.fetchone()
    tables = {model._meta.db_table: model for model in PLACES}
    added = dict(re.findall(r"INSERT INTO public\.(\w+) \(([^)]*)\)\s+SELECT \S+ \S", words))
    changed = dict(re.findall(r"UPDATE public\.(\w+) AS old SET (.*?)\s+FROM", words))
    for table, model in tables.items():
        assert set(re.findall(r"\w+", added[table])) == set(COLUMNS[model])
        if model in MOVED:
            assert set(re.findall(r"(\w+) = new\.", changed[table])) == set(MOVED[model])


def test_each_login_has_its_own_way_in():
    with connection.cursor() as cursor:
        for function, login in (("put_down", "collab_system"), ("write_down", "collab_app")):
            cursor.execute(WHO, [function])
            assert cursor.fetchall() == [(login,)]
