"""A step of another organization is a contract; inside, that organization goes its own way, and nobody else learns of it."""

from typing import Any

import pytest

from approvals.errors import FieldLocked
from approvals.models import Assignment, Instance, Run
from approvals.operations import create_definition, edit_fields, publish_definition, resubmit, start
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Membership
from tests.approvals.conftest import no, yes
from tests.approvals.ways import ended, published, slots, step, users

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
FIELDS = [
    {"id": "amount", "type": "money", "material": True},
    {"id": "delivery", "type": "date"},
    {"id": "cost", "type": "int", "vis": {"supplier": "hidden"}},
]
FORM = {"amount": {"amount": "5.00", "currency": "CNY"}, "delivery": "2026-12-01", "cost": 3}
SUPPLIER = {"id": "sup", "type": "party", "party": "supplier"}


def asked(cast: Any, *flow: Any, **more: Any) -> Instance:
    definition = published(cast, list(flow), parties=PARTIES, form={"fields": FIELDS}, **more)
    return start(
        actor=cast.nils,
        definition=definition,
        title="Over",
        form=FORM,
        parties={"supplier": cast.southbay.pk},
    )


def fragment(cast: Any, flow: Any, said: Any, fields: Any = (), key: str = "ours") -> Any:
    """Southbay lays down how it answers."""
    body = {
        "schema": "approval/1", "key": key, "title": {"en": "Ours"}, "form": {"fields": list(fields)},
        "flow": flow, "fragment": said, "policy": {"self": "allow", "dedupe": "none"},
    }  # fmt: skip
    version = create_definition(actor=cast.sol, organization=cast.southbay, body=body)
    publish_definition(actor=cast.sol, version=version)
    return version


@pytest.fixture
def sia(cast: Any) -> Any:
    Membership.objects.filter(organization=cast.southbay, user=cast.sia.user).update(role="member")
    return cast.sia


# ── Return to who asked, unless the contract says otherwise ──────────────────
def test_a_partys_no_returns_to_who_asked_by_default(cast):
    instance = asked(cast, SUPPLIER)

    no(cast.sol, instance, audience="shared")

    ended(instance, "RETURNED")
    resubmit(actor=cast.nils, instance=instance)
    yes(cast.sol, instance)
    ended(instance, "APPROVED")


@pytest.mark.parametrize(("said", "state"), [("terminate", "REJECTED"), ("branch", "APPROVED")])
def test_a_partys_no_ends_as_the_contract_says(cast, said, state):
    instance = asked(cast, SUPPLIER | {"on_reject": said})

    no(cast.sol, instance)

    ended(instance, state)


# ── What it may write ────────────────────────────────────────────────────────
def test_a_party_writes_what_the_contract_lets_it(cast):
    instance = asked(cast, SUPPLIER | {"expose": ["amount", "delivery"], "write": ["delivery"]})

    with pytest.raises(NotAllowed):
        edit_fields(actor=cast.sol, instance=instance, changed={"amount": FORM["amount"]})
    with pytest.raises(InvalidInput):
        edit_fields(actor=cast.sol, instance=instance, changed={"cost": 4})
    edit_fields(actor=cast.sol, instance=instance, changed={"delivery": "2027-01-15"})

    assert instance.fresh().form["delivery"] == "2027-01-15"
    ended(instance, "RUNNING")


def test_who_wrote_it_there_stays_there(cast, api):
    own = step(cast, "own", "nora", fields={"delivery": "edit"})
    instance = asked(cast, own, SUPPLIER | {"write": ["delivery"]})
    edit_fields(actor=cast.nora, instance=instance, changed={"delivery": "2027-01-14"})
    yes(cast.nora, instance)
    edit_fields(actor=cast.sol, instance=instance, changed={"delivery": "2027-01-15"})
    inner = str(Run.objects.get(instance=instance, parent__type="party").pk)

    ours = api("nils").get(f"approvals/instances/{instance.pk}/events/").content.decode()
    theirs = api("sol").get(f"approvals/instances/{instance.pk}/events/").content.decode()

    assert "fields_set" in ours, "premise: both hear that it says something else"
    assert "fields_set" in theirs
    assert not [one for one in (str(cast.sol.user_id), inner) if one in ours]
    assert str(cast.nora.user_id) not in theirs
    ended(instance, "RUNNING")


def test_what_a_party_has_agreed_to_is_locked(cast):
    after = step(cast, "after", "nora", fields={"amount": "edit", "cost": "edit"})
    instance = asked(cast, SUPPLIER, after)
    yes(cast.sol, instance)

    with pytest.raises(FieldLocked):
        edit_fields(
            actor=cast.nora, instance=instance, changed={"amount": {"amount": "9.00", "currency": "CNY"}}
        )
    edit_fields(actor=cast.nora, instance=instance, changed={"cost": 9})
    ended(instance, "RUNNING")


def test_floor_wants_as_many_people_as_it_says(cast, sia):
    flow = [{"id": "ask", "type": "approve", "who": [users(cast, "sol", "sia")], "mode": {"kind": "all"}}]
    fragment(cast, flow, {"of": "way"})
    instance = asked(cast, SUPPLIER | {"floor": {"humans": 2}})

    yes(cast.sol, instance)
    yes(sia, instance)

    ended(instance, "APPROVED")


def test_floor_that_is_not_reached_suspends(cast):
    instance = asked(cast, SUPPLIER | {"floor": {"humans": 2}})

    yes(cast.sol, instance)

    assert Run.objects.get(instance=instance, type="party").reason == "floor"
    ended(instance, "SUSPENDED")


# ── Its own way inside ───────────────────────────────────────────────────────
def two(cast: Any) -> list[Any]:
    return [
        {"id": "first", "type": "approve", "who": [users(cast, "sol")]},
        {"id": "second", "type": "approve", "who": [users(cast, "sia")]},
    ]


def test_fragment_by_key_is_followed(cast, sia):
    version = fragment(cast, two(cast), {"of": "way"})
    instance = asked(cast, SUPPLIER)

    assert Run.objects.get(instance=instance, type="party").version_id == version.pk
    yes(cast.sol, instance)
    assert slots(instance, "second") == {"sia": "PENDING"}
    yes(sia, instance)
    ended(instance, "APPROVED")


def test_fragment_by_kind_of_relationship_is_followed_where_none_has_the_key(cast, sia):
    from orgs.models import Partnership

    kind = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get().kind
    fragment(cast, two(cast), {"kind": kind})
    instance = asked(cast, SUPPLIER)

    assert slots(instance, "first") == {"sol": "PENDING"}


def test_without_a_fragment_the_contacts_answer(cast):
    instance = asked(cast, SUPPLIER)

    assert slots(instance, "decision") == {"sol": "PENDING"}


def test_a_fragment_that_wants_what_is_hidden_does_not_fit(cast, sia):
    fragment(cast, two(cast), {"of": "way"}, fields=[{"id": "cost", "type": "int"}])
    instance = asked(cast, SUPPLIER)

    assert slots(instance, "decision") == {"sol": "PENDING"}


def test_a_fragment_branches_on_what_it_is_shown(cast, sia):
    flow = [
        {
            "id": "big",
            "type": "branch",
            "cases": [{"if": {"gt": ["$amount", "1"]}, "flow": two(cast)[1:]}],
            "default": [],
        }
    ]
    fragment(cast, flow, {"of": "way"}, fields=[{"id": "amount", "type": "money"}])
    instance = asked(cast, SUPPLIER)

    yes(sia, instance)
    ended(instance, "APPROVED")


def test_the_fragments_version_stays_as_it_was_when_the_step_began(cast, sia):
    from approvals.operations import draft_version

    first = fragment(cast, two(cast), {"of": "way"})
    instance = asked(cast, SUPPLIER)
    body = first.body | {"flow": two(cast)[:1]}
    newer = draft_version(actor=cast.sol, definition=first.definition.fresh(), body=body)
    publish_definition(actor=cast.sol, version=newer)

    yes(cast.sol, instance)

    assert slots(instance, "second") == {"sia": "PENDING"}


def test_a_fragment_is_not_started_by_itself(cast):
    from approvals.errors import NotPublished

    version = fragment(cast, [{"id": "a", "type": "approve", "who": [users(cast, "sol")]}], {"of": "way"})
    with pytest.raises(NotPublished):
        start(actor=cast.sol, definition=version.definition.fresh(), title="Alone", form={})


def test_the_host_learns_nothing_of_the_inner_way(cast, sia, api):
    fragment(cast, two(cast), {"of": "way"})
    instance = asked(cast, SUPPLIER)
    yes(cast.sol, instance)
    hidden = {"first", "second", str(cast.sol.user_id), str(cast.sia.user_id)}
    hidden |= {str(one.pk) for one in Run.objects.filter(instance=instance, parent__isnull=False)}

    for part in ("", "events/"):
        said = api("nils").get(f"approvals/instances/{instance.pk}/{part}").content.decode()
        assert "sup" in said, "premise: they see the step itself"
        assert not [one for one in hidden if f'"{one}"' in said]


# ── All sign the same ────────────────────────────────────────────────────────
def both(**more: Any) -> dict[str, Any]:
    return {"id": "both", "type": "confirm", "parties": ["buyer", "supplier"]} | more


def sides(instance: Instance) -> dict[str, str]:
    rows = Run.objects.filter(instance=instance, type="party").order_by("pk")
    return {one.party: one.state for one in rows}


def test_confirm_waits_for_every_party(cast):
    instance = asked(cast, both())

    yes(cast.sol, instance)
    assert sides(instance) == {"buyer": "ACTIVE", "supplier": "APPROVED"}
    yes(cast.nora, instance)

    ended(instance, "APPROVED")


def test_all_parties_sign_one_hash(cast):
    instance = asked(cast, both())
    run = Run.objects.get(instance=instance, type="confirm")

    yes(cast.sol, instance)
    yes(cast.nora, instance)

    said = [one.payload["view"] for one in instance.events.filter(type="decided")]
    assert said == [run.mode["hash"]] * 2


def test_an_edit_while_it_is_open_resets_all_answers(cast):
    flow = {
        "id": "side",
        "type": "parallel",
        "branches": [
            {"flow": [both()]},
            {"flow": [step(cast, "edit", "nora", fields={"delivery": "edit"})]},
        ],
    }
    instance = asked(cast, flow)
    slot = Assignment.objects.get(instance=instance, run__node="edit")
    yes(cast.nora, instance, assignment=Assignment.objects.get(
        instance=instance, run__node="decision", principal=cast.nora.user).pk)  # fmt: skip

    edit_fields(actor=cast.nora, instance=instance, assignment=slot.pk, changed={"delivery": "2027-02-02"})

    states = list(Run.objects.filter(instance=instance, type="party", party="buyer").order_by("pk"))
    assert [one.state for one in states][-1] == "ACTIVE"
    assert Run.objects.get(instance=instance, type="confirm").approved == 0
    ended(instance, "RUNNING")


def test_what_a_step_fills_in_beside_it_resets_all_answers_too(cast):
    filled = {"id": "fill", "type": "set", "fields": {"delivery": "2027-02-02"}}
    ways = [{"flow": [both()]}, {"flow": [step(cast, "then", "nora"), filled]}]
    instance = asked(cast, {"id": "side", "type": "parallel", "branches": ways})
    rows = Assignment.objects.filter(instance=instance, principal=cast.nora.user)
    yes(cast.nora, instance, assignment=rows.get(run__node="decision").pk)
    assert sides(instance)["buyer"] == "APPROVED", "premise: our side has signed"

    yes(cast.nora, instance, assignment=rows.get(run__node="then").pk)

    assert Instance.objects.get(pk=instance.pk).form["delivery"] == "2027-02-02"
    assert sides(instance) == {"buyer": "ACTIVE", "supplier": "ACTIVE"}
    yes(cast.sol, instance)
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_sealed_hides_answers_until_all_are_in(cast, api):
    instance = asked(cast, both(sealed=True))
    yes(cast.sol, instance, comment="Fine", audience="shared")

    said = api("nils").get(f"approvals/instances/{instance.pk}/").json()
    theirs = next(one for one in said["parties"] if one["id"] == "supplier")
    assert (theirs["state"], theirs["outcome"]) == ("IN_REVIEW", None)
    assert "APPROVED" not in str(said)
    assert "Fine" not in str(said)
    told = api("nils").get(f"approvals/instances/{instance.pk}/events/").content.decode()
    assert "APPROVED" not in told

    yes(cast.nora, instance)
    said = api("nils").get(f"approvals/instances/{instance.pk}/").json()
    theirs = next(one for one in said["parties"] if one["id"] == "supplier")
    assert (theirs["state"], theirs["outcome"]) == ("DONE", "APPROVED")
    ended(instance, "APPROVED")


def test_a_no_to_confirm_returns_to_who_asked(cast):
    instance = asked(cast, both())

    no(cast.sol, instance)

    ended(instance, "RETURNED")


def test_sealed_a_no_is_learned_when_all_are_in(cast):
    instance = asked(cast, both(sealed=True, on_reject="terminate"))

    no(cast.sol, instance)
    assert instance.fresh().state == "RUNNING"
    yes(cast.nora, instance)

    ended(instance, "REJECTED")


def test_until_when_a_partner_should_answer_stands_beside_its_step(cast, page):
    instance = asked(cast, SUPPLIER | {"sla": {"due": "8bh"}})
    assert "<dt>Due</dt>" in page("nils").get(f"/approvals/{instance.pk}/").content.decode()

    yes(cast.sol, instance)
    assert "<dt>Due</dt>" not in page("nils").get(f"/approvals/{instance.pk}/").content.decode()
