"""The database writes down who knows of a request as its steps begin, and keeps it in step with the rows."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, transaction

from approvals.models import Acquaintance, Assignment, Instance, Run, Viewer
from approvals.operations import create_draft, submit
from collab.engines import SUPERUSER
from kernel.acting import acting
from kernel.actor import Actor
from orgs.models import Organization, Partnership
from orgs.operations import end_partnership
from tests.approvals.conftest import definition_of, purchase, yes
from tests.conftest import ground

PLATFORM = Actor.system("tests")


def viewers(instance):
    rows = Viewer.objects.filter(instance=instance)
    return {(one.organization_id, one.user_id) for one in rows}


def drawn_from_the_rows(instance):
    """Return the same from steps and slots, as it would be worked out anew."""
    slots = Assignment.objects.filter(instance=instance).values_list("run__party_org_id", "principal_id")
    sides = Run.objects.filter(instance=instance).values_list("party_org_id", flat=True)
    return {(instance.acting_org_id, instance.initiator_id), *slots, *((side, None) for side in sides)}


def sees(actor, instance):
    with acting(actor):
        return Instance.objects.filter(pk=instance.pk).exists()  # no filter of ours: row-level security alone


def test_at_each_step_the_viewers_are_those_of_the_rows(cast, running):
    steps = [running]
    for who in (cast.nora, cast.nora, cast.sol):
        assert viewers(running) == drawn_from_the_rows(running)
        steps.append(yes(who, running))

    assert viewers(running) == drawn_from_the_rows(running)
    assert steps[-1].state == Instance.State.APPROVED


def test_a_draft_is_its_writers_alone_until_it_is_submitted(cast):
    draft = create_draft(actor=cast.nils, definition=definition_of(cast.northwind), title="Housing", form={})

    assert viewers(draft) == {(cast.northwind.pk, cast.nils.user_id)}
    assert (sees(cast.nils, draft), sees(cast.nora, draft)) == (True, False)

    form = purchase(cast).form
    submit(actor=cast.nils, instance=draft, form=form)
    assert sees(cast.nora, draft)


def test_a_partner_sees_a_request_from_its_turn_on(cast, running):
    assert not sees(cast.sol, running)

    yes(cast.nora, running)
    yes(cast.nora, running)

    assert sees(cast.sol, running)


def test_whom_a_request_names_stays_known_by_name_when_the_partnership_has_ended(cast, with_southbay):
    with acting(PLATFORM):
        partnership = Partnership.objects.get(host=cast.northwind, partner=cast.southbay)
    end_partnership(actor=cast.nora, partnership=partnership)

    with acting(cast.nils):
        assert Organization.objects.filter(pk=cast.southbay.pk).exists()


def test_nobody_moves_a_slot_or_a_step_to_somebody_else(cast, running):
    with acting(PLATFORM):
        slot = Assignment.objects.filter(instance=running).first()
        for rows, change in (
            (Assignment.objects.filter(pk=slot.pk), {"principal": cast.nils.user_id}),
            (Run.objects.filter(pk=slot.run_id), {"party_org": cast.southbay.pk}),
        ):
            with pytest.raises(DatabaseError, match="stays"), transaction.atomic(using="default"):
                rows.update(**change)


@pytest.mark.parametrize("model", [Viewer, Acquaintance])
def test_nobody_writes_down_by_hand_who_knows(cast, running, model):
    with acting(cast.nora):
        one = model.objects.filter(user=None).first()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.filter(pk=one.pk).delete()


MANY = """
SET LOCAL session_replication_role = replica;
INSERT INTO approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), NULL FROM generate_series(1, 5000);
INSERT INTO approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
SELECT '{one}', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), NULL FROM generate_series(1, 3);
ANALYZE approvals_viewer;
"""
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'approvals_viewer'"


def test_whom_a_request_makes_known_is_found_without_reading_the_viewers_of_others(cast):
    one = uuid4()
    with psycopg.connect(host=str(ground.engines.run), dbname=ground.database, user=SUPERUSER) as owner:
        owner.execute(MANY.format(one=one))
        owner.execute("SET LOCAL plan_cache_mode = force_generic_plan")  # as the application asks
        (before,) = owner.execute(READ).fetchone()
        owner.execute("SELECT priv.acquaint(ARRAY[%s::uuid])", [one])
        (after,) = owner.execute(READ).fetchone()
        (known,) = owner.execute(
            "SELECT count(*) FROM approvals_acquaintance WHERE xmin = pg_current_xact_id()::xid"
        ).fetchone()
        owner.rollback()

    assert known == 3, "each by its own people; there is no row that names who asked"
    assert after - before <= 3 + 3 * 3
