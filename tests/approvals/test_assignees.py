"""Whom a step asks: every rule, and the order in which the named are sifted."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from approvals import assignees
from approvals.models import Assignment, Run
from collab.engines import SUPERUSER
from kernel.errors import InvalidInput
from orgs.models import Department, Membership
from orgs.operations import set_position
from tests.approvals.conftest import yes
from tests.approvals.ways import begun, ended, slots, states, step, users
from tests.conftest import ground


def seat(cast: Any, name: str) -> Membership:
    return Membership.objects.get(organization=cast.northwind, user=getattr(cast, name).user)


@pytest.fixture
def wide(cast: Any) -> Any:
    """Sia works at Northwind too; Nils stands in a department that she heads."""
    Membership.objects.create(organization=cast.northwind, user=cast.sia.user, role="member")
    department = Department.objects.create(organization=cast.northwind, name="Moulding", head=cast.sia.user)
    Membership.objects.filter(pk=seat(cast, "nils").pk).update(department=department)
    cast.__dict__["moulding"] = department
    cast.__dict__["sia_n"] = cast.sia.for_org(cast.northwind)
    return cast


def asks(cast: Any, *rules: Any, form: Any = None, **more: Any) -> set[str]:
    policy = more.pop("policy", {})
    instance = begun(cast, [step(cast, "ask") | {"who": list(rules)} | more], form, policy=policy)
    return set(slots(instance, "ask"))


def test_union_of_rules_names_each_once(wide):
    assert asks(wide, users(wide, "nora", "sia"), {"dept_head": {}}) == {"nora", "sia"}


def test_dept_head(wide):
    assert asks(wide, {"dept_head": {}}) == {"sia"}


def test_manager_chain_ends_at_a_circle(wide):
    seat(wide, "nora").__class__.objects.filter(pk=seat(wide, "nora").pk).update(manager=wide.sia.user)
    Membership.objects.filter(pk=seat(wide, "sia").pk).update(manager=wide.nora.user)

    assert asks(wide, {"manager_chain": {"from": 1, "to": 9}}) == {"nora", "sia"}


def test_role_scope_department(wide):
    set_position(
        actor=wide.nora, organization=wide.northwind, key="finance",
        people=[wide.nora.user_id, wide.sia.user_id],
    )  # fmt: skip
    Membership.objects.filter(pk=seat(wide, "sia").pk).update(department=wide.moulding)

    assert asks(wide, {"role": {"key": "finance", "scope": "department"}}) == {"sia"}


def test_field_users(wide):
    assert asks(wide, {"field_users": {"field": "person"}}, form={"person": str(wide.sia.user_id)}) == {"sia"}


def test_field_dept_head(wide):
    form = {"dept": str(wide.moulding.pk)}
    assert asks(wide, {"field_dept_head": {"field": "dept"}}, form=form) == {"sia"}


def test_field_users_of_another_company_are_left_out(wide):
    found = asks(wide, {"field_users": {"field": "person"}}, form={"person": str(wide.sol.user_id)})
    assert found == {"nora"}, "the admin, as nobody is left"


def test_initiator(wide):
    assert asks(wide, {"initiator": True}) == {"nils"}


def test_except_takes_away(wide):
    assert asks(wide, users(wide, "nora", "sia"), **{"except": [users(wide, "nora")]}) == {"sia"}


def test_same_as_asks_those_who_decided_that_step(wide):
    flow = [
        step(wide, "first", "nora", "sia"),
        step(wide, "again") | {"who": [{"same_as": {"step": "first"}}]},
    ]
    instance = begun(wide, flow)

    yes(wide.sia_n, instance)

    assert slots(instance, "again") == {"sia": "PENDING"}


# ── The self rule ────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("rule", "found"),
    [("allow", {"nils"}), ("manager", {"nora"}), ("dept_head", {"sia"}), ("forbid", {"nora"})],
)
def test_self_rule_says_who_decides_instead_of_who_asked(wide, rule, found):
    assert asks(wide, users(wide, "nils"), policy={"self": rule}) == found


def test_self_skip_approves_for_who_asked(wide):
    instance = begun(wide, [step(wide, "ask", "nils")], policy={"self": "skip"})

    assert slots(instance, "ask") == {"nils": "AUTO_APPROVED"}
    ended(instance, "APPROVED")


# ── Nobody twice for the same ────────────────────────────────────────────────
def twice(cast: Any, rule: str | None, *between: Any, **more: Any) -> Any:
    flow = [step(cast, "one", "nora"), *between, step(cast, "two", "nora", **more)]
    policy = {"dedupe": rule} if rule else {}
    return begun(cast, flow, policy=policy)


def test_dedupe_consecutive_approves_what_the_same_person_has_just_approved(cast):
    instance = twice(cast, "consecutive")

    yes(cast.nora, instance)

    assert slots(instance, "two") == {"nora": "AUTO_APPROVED"}
    ended(instance, "APPROVED")


def test_dedupe_consecutive_looks_no_further_back(cast):
    instance = twice(cast, "consecutive", step(cast, "between", "nils"))

    yes(cast.nora, instance)
    yes(cast.nils, instance)

    assert slots(instance, "two") == {"nora": "PENDING"}


def test_dedupe_all_looks_all_the_way_back(cast):
    instance = twice(cast, "all", step(cast, "between", "nils"))

    yes(cast.nora, instance)
    yes(cast.nils, instance)

    ended(instance, "APPROVED")


def test_dedupe_none_asks_again(cast):
    instance = twice(cast, "none")

    yes(cast.nora, instance)

    assert slots(instance, "two") == {"nora": "PENDING"}


def test_dedupe_is_consecutive_by_default(cast):
    flow = [step(cast, "one", "nora"), step(cast, "two", "nora")]
    from approvals.schema import check
    from tests.approvals.ways import published

    definition = published(cast, flow)
    body = definition.current.body | {"policy": {"self": "allow"}, "key": "plain"}
    check(body)
    from approvals.operations import create_definition, publish_definition, start

    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)
    publish_definition(actor=cast.nora, version=version)
    instance = start(actor=cast.nils, definition=version.definition.fresh(), title="Plain", form={})

    yes(cast.nora, instance)

    ended(instance, "APPROVED")


def test_dedupe_leaves_signatures_alone(cast):
    instance = twice(cast, "all", signature=True)

    yes(cast.nora, instance)

    assert slots(instance, "two") == {"nora": "PENDING"}


def test_dedupe_asks_again_when_the_form_has_changed(cast):
    instance = twice(cast, "all", {"id": "set", "type": "set", "fields": {"note": "new"}})

    yes(cast.nora, instance)

    assert slots(instance, "two") == {"nora": "PENDING"}


def test_auto_decisions_never_count_for_dedupe(cast):
    flow = [step(cast, "one", "nora"), step(cast, "two", "nora"), step(cast, "three", "nora")]
    instance = begun(cast, flow, policy={"dedupe": "consecutive"})

    yes(cast.nora, instance)

    assert slots(instance, "two") == {"nora": "AUTO_APPROVED"}
    assert slots(instance, "three") == {"nora": "AUTO_APPROVED"}, "the previous human step is still the first"


# ── Nobody is left ───────────────────────────────────────────────────────────
NOBODY = {"role": {"key": "nobody"}}


def test_empty_turns_to_the_admins_by_default(cast):
    assert asks(cast, NOBODY) == {"nora"}


def test_empty_users(wide):
    assert asks(wide, NOBODY, empty=users(wide, "sia")) == {"sia"}


@pytest.mark.parametrize(("empty", "state", "run"), [
    ("auto_pass", "APPROVED", "SKIPPED"), ("auto_reject", "REJECTED", "REJECTED"),
])  # fmt: skip
def test_empty_ends_as_the_node_says(cast, empty, state, run):
    instance = begun(cast, [step(cast, "ask") | {"who": [NOBODY], "empty": empty}])

    assert states(instance) == {"ask": run}
    ended(instance, state)


def test_empty_and_no_admin_either_suspends_stalled(cast, monkeypatch):
    from approvals.assignees import Directory

    monkeypatch.setattr(Directory, "fallback", lambda self: [])
    instance = begun(cast, [step(cast, "ask") | {"who": [NOBODY]}])

    assert Run.objects.get(instance=instance).reason == "stalled"
    ended(instance, "SUSPENDED")


def test_the_list_and_the_rule_go_into_the_event(cast):
    instance = begun(cast, [step(cast, "ask", "nora")])

    said = instance.events.get(type="run_opened").payload["people"]
    assert [(one["user"], one["by"]) for one in said] == [(str(cast.nora.user_id), "users")]


def test_people_of_another_party_are_left_out(cast, with_southbay):
    from approvals.engine import Case

    case = Case.locked(with_southbay.pk, cast.sol)
    assert {cast.nora.user_id, cast.nils.user_id} <= case.strangers_to(cast.southbay.pk)
    assert Assignment.objects.filter(instance=with_southbay, principal=cast.sol.user).exists()


# ── Chosen by people ─────────────────────────────────────────────────────────
def choosing(rule: str, **limits: Any) -> dict[str, Any]:
    return {"who": [{rule: limits}]}


def test_initiator_choice_within_its_limits(wide):
    limits = {"min": 1, "max": 1, "range": [users(wide, "nora", "sia")]}
    flow = [step(wide, "ask") | choosing("initiator_choice", **limits)]
    nora, sia = str(wide.nora.user_id), str(wide.sia.user_id)

    for wrong in (
        {},
        {"ask": []},
        {"ask": [nora, sia]},
        {"ask": [str(wide.nils.user_id)]},
        {"no": [nora]},
        {"ask": 3},
    ):
        with pytest.raises(InvalidInput):
            begun(wide, flow, asked={"choices": wrong}, key=f"way{len(str(wrong))}")
    instance = begun(wide, flow, asked={"choices": {"ask": [sia]}}, key="right")

    assert slots(instance, "ask") == {"sia": "PENDING"}
    ended(instance, "RUNNING")


def test_previous_choice_is_made_with_the_decision(wide):
    flow = [step(wide, "one", "nora"), step(wide, "two") | choosing("previous_choice")]
    instance = begun(wide, flow)

    yes(wide.nora, instance, choices={"two": [str(wide.sia.user_id)]})

    assert slots(instance, "two") == {"sia": "PENDING"}
    ended(instance, "RUNNING")


def test_previous_choice_that_nobody_made_turns_to_the_admins(wide):
    instance = begun(wide, [step(wide, "one", "nora"), step(wide, "two") | choosing("previous_choice")])

    yes(wide.nora, instance)

    assert slots(instance, "two") == {"nora": "PENDING"}


MANY = """
SET LOCAL session_replication_role = replica;
INSERT INTO orgs_organization (id, created_at, name, slug, kind, state) VALUES (%(org)s, now(), '', 'wide', 'company', 'active');
INSERT INTO orgs_position (id, created_at, organization_id, key, people)
VALUES (gen_random_uuid(), now(), %(org)s, 'finance', ARRAY[gen_random_uuid()]);
INSERT INTO orgs_membership (id, created_at, organization_id, user_id, role, state, title)
SELECT gen_random_uuid(), now(), %(org)s, gen_random_uuid(), 'member', 'active', '' FROM generate_series(1, 300);
ANALYZE orgs_membership;
"""
READ = "SELECT coalesce(seq_tup_read, 0) + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'orgs_membership'"
ASKED = {
    "working": lambda org: assignees.WORKING.build(org, [uuid4(), uuid4()]),
    "holders": lambda org: assignees.HOLDERS.build(org, "finance"),
}


@pytest.mark.parametrize("name", ASKED)
def test_who_is_named_is_looked_up_and_not_among_all_who_work_there(cast, name):
    org = uuid4()
    question, values = ASKED[name](org).query.sql_with_params()
    place = {
        "host": str(ground.engines.run),
        "dbname": ground.database,
        "cursor_factory": psycopg.ClientCursor,
    }
    with psycopg.connect(**place, user=SUPERUSER) as owner:
        owner.execute(MANY, {"org": org})
        owner.execute("SET LOCAL enable_seqscan = off")  # else a small table is read whole
        (before,) = owner.execute(READ).fetchone()
        owner.execute(question, values)
        (after,) = owner.execute(READ).fetchone()
        owner.rollback()

    assert after - before < 100
