"""Delegation is checked when somebody acts: the principal keeps the slot, the first of the two wins, and all see who."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from accounts.models import User
from approvals.errors import (
    AlreadyDecided,
    ChainTooLong,
    DelegationCircle,
    DelegationEnded,
    NotAssigned,
    OneVote,
)
from approvals.models import Assignment, Delegation, Instance
from approvals.operations import create_definition, delegate, end_delegation, publish_definition, start
from approvals.projection import View
from approvals.queries import waiting_count
from approvals.standing_in import stands_of
from audit.models import Entry
from audit.tasks import seal
from collab.engines import SUPERUSER
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed, NotVisible
from notifications.models import Notice
from orgs.models import Membership
from tests.approvals.conftest import definition_of, no, pending, purchase, yes
from tests.conftest import ground

# The table of decisions as it stands, indexes and all, with five thousand of one person's own and ten for others.
DECIDED_MUCH = """
CREATE TEMPORARY TABLE much (LIKE public.approvals_assignment INCLUDING DEFAULTS INCLUDING INDEXES);
INSERT INTO much (id, created_at, instance_id, run_id, principal_id, actor_id, state, place, comment, audience)
SELECT gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(),
       CASE WHEN n <= 10 THEN gen_random_uuid() ELSE {one}::uuid END, {one}::uuid, 'APPROVED', 1, '', 'internal'
  FROM generate_series(1, 5000) n;
ANALYZE much;
"""


def hired(cast, name, role="member", org=None):
    """Return somebody new who works at Northwind."""
    user = User.objects.create(email=f"{name}@northwind.example", name=name.title(), is_active=True)
    Membership.objects.create(organization=org or cast.northwind, user=user, role=role)
    return Actor.person(user).for_org(org or cast.northwind)


@pytest.fixture
def wen(cast):
    return hired(cast, "wen")


def given(cast, principal, person, actor=None, days=(-1, 7), **more):
    now = timezone.now()
    return delegate(
        actor=actor or principal,
        organization=cast.northwind,
        principal=principal.user_id,
        delegate=person.user_id,
        since=now + timedelta(days=days[0]),
        until=now + timedelta(days=days[1]),
        **more,
    )


def knows(actor, instance):
    with acting(actor):
        return Instance.objects.visible_to(actor).filter(pk=instance.pk).exists()


def test_a_delegate_decides_and_the_principal_keeps_the_slot(cast, wen, running):
    assert not knows(wen, running), "premise: it is none of Wen's business"
    with pytest.raises(NotVisible):
        yes(wen, running)
    given(cast, cast.nora, wen)
    slot = pending(running, cast.nora)
    assert knows(wen, running)

    yes(wen, running, comment="For Nora.")

    slot = slot.fresh()
    assert (slot.state, slot.principal_id, slot.actor_id) == ("APPROVED", cast.nora.user_id, wen.user_id)
    event = running.events.get(type="decided")
    assert (event.actor_id, event.principal_id) == (wen.user_id, cast.nora.user_id)
    seal()
    entry = Entry.objects.filter(name="approvals.step_decided", chain__noun_id=cast.northwind.pk).latest(
        "seq"
    )
    assert entry.payload["principal"] == cast.nora.name


def test_whoever_is_first_wins(cast, wen, running):
    given(cast, cast.nora, wen)
    slot = pending(running, cast.nora)
    yes(cast.nora, running)

    with pytest.raises(AlreadyDecided):
        yes(wen, running, assignment=slot.pk)


def test_it_counts_from_its_first_moment_until_just_before_its_last(cast, wen, running):
    later = given(cast, cast.nora, wen, days=(1, 3))
    assert not knows(wen, running)
    past = timezone.now() - timedelta(hours=1)
    Delegation.objects.filter(pk=later.pk).update(since=past - timedelta(days=3), until=past)

    assert not knows(wen, running)
    with pytest.raises(NotVisible):
        yes(wen, running)


def test_when_it_ends_what_was_decided_stands_and_nothing_else_is_seen(cast, wen, running):
    other = purchase(cast)
    standing = given(cast, cast.nora, wen)
    yes(wen, running)
    end_delegation(actor=cast.nora, delegation=standing)

    assert pending(other, cast.nora)
    assert not knows(wen, other)
    assert knows(wen, running), "where one has decided one may look"
    with pytest.raises(DelegationEnded):
        end_delegation(actor=cast.nora, delegation=standing)


def test_it_is_narrowed_to_a_kind_or_a_room(cast, wen, running):
    given(cast, cast.nora, wen, definition=definition_of(cast.northwind, "expense").pk)
    assert not knows(wen, running)
    given(cast, cast.nora, wen, workspace=cast.apollo.pk)
    assert not knows(wen, running), "it lies in no room"

    given(cast, cast.nora, wen, definition=running.definition_id)

    assert knows(wen, running)


def test_never_the_initiator(cast, wen):
    mine = purchase(cast)
    given(cast, cast.nora, cast.nils)

    with pytest.raises(NotAssigned):
        yes(cast.nils, mine)
    assert waiting_count(cast.nils) == 0


def test_one_human_has_one_vote_whoever_they_stand_in_for(cast, wen):
    people = [str(cast.nora.user_id), str(wen.user_id)]
    body = {
        "schema": "approval/1", "key": "both", "title": {"en": "Both"}, "form": {"fields": []},
        "flow": [{"id": "two", "type": "approve", "who": [{"users": people}], "mode": {"kind": "all"}}],
    }  # fmt: skip
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)
    publish_definition(actor=cast.nora, version=version)
    both = start(actor=cast.nils, definition=version.definition.fresh(), title="Both", form={})
    given(cast, cast.nora, wen)
    slot = pending(both, cast.nora)
    yes(wen, both)

    with pytest.raises(OneVote):
        yes(wen, both, assignment=slot.pk)
    assert both.fresh().state == "RUNNING"


def test_a_chain_holds_for_three_and_no_more(cast, running):
    ben, cai, dan, eva = (hired(cast, name) for name in ("ben", "cai", "dan", "eva"))
    given(cast, cast.nora, ben)
    given(cast, ben, cai)
    given(cast, cai, dan)

    assert all(knows(one, running) for one in (ben, cai, dan))
    with pytest.raises(ChainTooLong):
        given(cast, dan, eva)
    with pytest.raises(ChainTooLong):
        given(cast, eva, cast.nora)
    yes(dan, running)
    assert Assignment.objects.get(actor=dan.user).principal_id == cast.nora.user_id


def test_cycles_are_refused_but_not_where_their_times_lie_apart(cast, wen):
    ben = hired(cast, "ben")
    given(cast, cast.nora, wen)
    given(cast, wen, ben)
    for back in (cast.nora, wen):
        with pytest.raises(DelegationCircle):
            given(cast, ben, back)

    given(cast, ben, cast.nora, days=(10, 12))
    with pytest.raises(InvalidInput):
        given(cast, wen, wen)


def test_the_chain_breaks_where_one_of_its_links_does(cast, wen, running):
    ben = hired(cast, "ben")
    first = given(cast, cast.nora, wen)
    given(cast, wen, ben, definition=definition_of(cast.northwind, "expense").pk)
    assert not knows(ben, running), "a narrower link narrows the chain"
    given(cast, wen, ben)
    assert knows(ben, running)

    end_delegation(actor=wen, delegation=first)

    assert not knows(ben, running)


def test_only_colleagues_who_work_there(cast, wen):
    for person in (cast.sol, cast.ada, cast.otto):
        with pytest.raises(InvalidInput):
            given(cast, cast.nora, person)
    with pytest.raises(NotAllowed):
        given(cast, cast.nora, wen, actor=cast.nils)
    for days in ((-5, -1), (3, 2), (0, 400), (500, 510)):
        with pytest.raises(InvalidInput):
            given(cast, cast.nora, wen, days=days)


def test_whoever_steers_sets_one_for_a_leaver_and_who_leaves_stands_in_for_nobody(cast, wen, running):
    given(cast, cast.nora, wen, actor=cast.nora)
    ben = hired(cast, "ben")
    given(cast, wen, ben, actor=cast.nora)
    assert knows(ben, running)

    Membership.objects.filter(user=ben.user).update(state="ended")

    assert not knows(ben, running)


def test_both_are_told_and_the_record_names_who_set_it(cast, wen):
    given(cast, cast.nils, wen, actor=cast.nora)
    seal()

    told = Notice.objects.filter(event_name="approvals.delegation_set")
    assert {one.recipient_id for one in told} == {cast.nils.user_id, wen.user_id}
    entry = Entry.objects.get(name="approvals.delegation_set", chain__noun_id=cast.northwind.pk)
    assert (entry.payload["principal"], entry.payload["delegate"]) == (cast.nils.name, "Wen")


def test_a_delegate_hears_of_what_begins_while_they_stand_in(cast, wen):
    given(cast, cast.nora, wen)
    begun = purchase(cast)
    seal()

    told = Notice.objects.filter(event_name="approvals.step_started", url__contains=str(begun.pk))
    assert {one.recipient_id for one in told} == {cast.nora.user_id, wen.user_id}


def test_it_waits_in_the_delegates_inbox_and_the_page_says_for_whom(cast, wen, running, api, page):
    given(cast, cast.nora, wen)
    before = waiting_count(wen)
    assert before == waiting_count(cast.nora)
    inbox = api(wen).get("approvals/inbox/").json()["results"]
    assert {one["principal"]["name"] for one in inbox} == {cast.nora.name}

    with acting(wen):
        assert View(running, wen).decides_for == cast.nora.user
    can = api(wen).get(f"approvals/instances/{running.pk}/").json()["can"]
    assert {one["action"] for one in can} >= {"approve", "reject"}
    no(wen, running)
    assert "decided by Wen" in page("nora").get(f"/approvals/{running.pk}/").content.decode()
    assert waiting_count(wen) == before - 1


def test_a_partner_learns_nothing_of_who_stood_in(cast, wen, running, api):
    given(cast, cast.nora, wen)
    yes(wen, running)
    yes(cast.nora, running)

    assert running.fresh().parties.get(key="supplier").asked_at, "premise: it is Southbay's turn"
    for path in ("", "events/"):
        said = api("sol").get(f"approvals/instances/{running.pk}/{path}").content.decode()
        assert "Wen" not in said
        assert str(wen.user_id) not in said


def test_programs_set_see_and_end_them(cast, wen, api):
    now = timezone.now()
    said = {
        "delegate": str(wen.user_id),
        "since": now.isoformat(),
        "until": (now + timedelta(days=2)).isoformat(),
        "reason": "Holidays",
    }
    made = api("nils").post("approvals/delegations/", said)

    assert made.status_code == 201, made.json()
    at = f"approvals/delegations/{made.json()['id']}/"
    assert api("nora").get(at).status_code == 200, "who steers the organization sees it"
    assert api("sol").get(at).status_code == 404
    assert (
        api("nils").post("approvals/delegations/", said | {"principal": str(cast.nora.user_id)}).status_code
        == 403
    )
    assert api(wen).delete(at).status_code == 204, "the delegate may step back"
    assert api(wen).delete(at).json()["code"] == "delegation_ended"


def test_the_settings_page_takes_whole_days(cast, wen, page):
    today = timezone.localdate()
    nils = page("nils")
    said = {"delegate": wen.user_id, "first": today, "last": today + timedelta(days=3), "scope": ""}

    assert nils.post("/settings/delegations/", said).status_code == 302
    one = Delegation.objects.get()
    assert one.until - one.since in (
        timedelta(days=4),
        timedelta(days=4, hours=1),
        timedelta(days=4, hours=-1),
    )
    assert nils.post("/settings/delegations/", said | {"last": today - timedelta(days=1)}).status_code == 422
    shown = nils.get("/settings/delegations/").content.decode()
    assert "Wen" in shown
    days = re.findall(r'<time datetime="([^"]+)" data-style="date"', shown)
    assert days == [str(today), str(today + timedelta(days=3))], (
        "the last day itself, not the midnight after it"
    )
    assert nils.post(f"/settings/delegations/{one.pk}/ending/").status_code == 302
    assert 'data-style="full"' in nils.get("/settings/delegations/").content.decode(), "ended at a moment"
    assert one.fresh().ended_at


def test_a_key_bound_to_one_organization_stands_in_for_nobody_elsewhere(cast, wen):
    given(cast, cast.nora, wen)

    assert [one.principal for one in stands_of(wen)] == [cast.nora.user_id]
    bound = Actor.person(wen.user).for_org(cast.southbay)
    object.__setattr__(bound, "bound", True)
    assert not stands_of(bound)


def test_whether_one_request_is_seen_is_what_the_list_of_all_says(cast, wen, running, with_southbay):
    """A delegate, the asker, who decides, a partner whose step has begun, an owner, outsiders; and under one hat."""
    given(cast, cast.nora, wen)
    every = list(Instance.objects.values_list("pk", flat=True))
    for actor in (wen, cast.nils, cast.nora, cast.sol, cast.sia, cast.ada, cast.eve):
        for one in (actor, replace(actor, bound=True)):
            with acting(one):
                seen = set(Instance.objects.visible_to(one).values_list("pk", flat=True))
                each = Instance.objects.each_visible_to(one).filter(pk__in=every)
                assert set(each.values_list("pk", flat=True)) == seen, one.name


def test_whom_one_stood_in_for_is_found_without_reading_what_one_decided_oneself(django_db_setup):
    """Nearly every question asks it, and somebody may have decided thousands of requests."""
    one, plans = f"'{uuid4()}'::uuid", []
    place = {"host": str(ground.engines.run), "dbname": ground.database}
    with psycopg.connect(**place, user=SUPERUSER) as owner:
        words = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'requests_stood_for'").fetchone()[0]
        among, decided = re.findall(r"SELECT a\.instance_id.*?(?=UNION|\) found)", words, re.DOTALL)
        owner.execute(DECIDED_MUCH.format(one=one))
        owner.execute("SET LOCAL enable_seqscan = off")  # so few rows are read quicker at once
        for question in (among, decided.replace("public.approvals_assignment", "much")):
            rows = owner.execute("EXPLAIN " + re.sub(r"\bone\b", one, question)).fetchall()
            plans.append("\n".join(line for (line,) in rows))

    assert "assignment_waits" in plans[0]
    assert "Hash" not in plans[0], "each slot is looked up"
    assert re.search(r"Index Only Scan using \S+ on much", plans[1]), (
        "the index of those few holds all that is asked"
    )
