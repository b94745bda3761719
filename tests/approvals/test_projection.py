"""What one side may know of the other: an answer, and nothing of how it came about."""

import pytest
from django.db import DatabaseError, transaction

from approvals.models import Instance, InstanceEvent
from approvals.operations import comment
from audit.models import Outbox
from notifications.models import Notice
from tests.approvals.conftest import yes
from tests.approvals.test_contracts import SUPPLIER, asked, fragment
from tests.approvals.ways import step

CANARY = "kanarienvogel-7f3a"


def sealed(cast) -> None:
    from audit.tasks import seal

    seal()


@pytest.fixture
def decided(cast, with_southbay):
    """Southbay has talked among itself and agreed; Sol's name is the canary."""
    sol = cast.sol.user
    sol.name = CANARY
    sol.save(update_fields=["name"])
    comment(actor=cast.sol, instance=with_southbay, body=f"{CANARY} our floor")
    yes(cast.sol, with_southbay, comment=f"{CANARY} inner reason")
    return with_southbay


def inner_keys(instance, org) -> set[str]:
    runs = instance.runs.filter(party_org=org, parent__isnull=False)
    slots = instance.assignments.filter(run__party_org=org)
    return {str(one) for rows in (runs, slots) for one in rows.values_list("pk", flat=True)}


def test_nothing_from_inside_southbay_reaches_northwind(cast, decided, api, page):
    hidden = inner_keys(decided, cast.southbay) | {CANARY, str(cast.sol.user_id)}
    assert len(hidden) == 4, "premise: a run, a slot, a name and a person to hide"
    said = "".join(
        api(who).get(f"approvals/instances/{decided.pk}/{part}").content.decode()
        for who in ("nils", "nora")
        for part in ("", "events/")
    )
    said += "".join(
        page(who)
        .get(address)
        .content.decode()
        .partition('id="main"')[2]  # the shell names people one chats with
        for who in ("nils", "nora")
        for address in (f"/approvals/{decided.pk}/", "/approvals/?tab=all")
    )

    assert "IN_REVIEW" not in said
    assert "Southbay" in said
    assert not [one for one in hidden if one in said]


def test_ones_own_steps_bear_ones_own_names_even_where_a_step_of_the_others_has_the_same_key(cast, api, page):
    fragment(cast, [step(cast, "own", "sol", title={"en": "Sales desk"})], {"of": "way"})
    instance = asked(cast, step(cast, "own", title={"en": "Board in secret"}), SUPPLIER)
    yes(cast.nora, instance)
    said = {
        who: page(who).get(f"/approvals/{instance.pk}/").content.decode()
        + api(who).get(f"approvals/instances/{instance.pk}/").content.decode()
        for who in ("nora", "sol")
    }

    assert {name for name in ("Board in secret", "Sales desk") if name in said["sol"]} == {"Sales desk"}
    assert {name for name in ("Board in secret", "Sales desk") if name in said["nora"]} == {"Board in secret"}


def test_the_record_and_the_notices_of_northwind_name_nobody_of_southbay(cast, decided):
    facts = Outbox.objects.filter(name__startswith="approvals.")
    shared = [one for one in facts if cast.northwind.pk in (one.org_id, *one.org_ids) or one.workspace_id]
    assert shared, "premise: something was recorded for Northwind"
    hidden = inner_keys(decided, cast.southbay) | {CANARY, str(cast.sol.user_id)}
    told = " ".join(str(one.kept()) for one in shared)
    assert not [one for one in hidden if one in told]

    sealed(cast)

    notices = Notice.objects.filter(
        recipient__in=[cast.nils.user, cast.nora.user], event_name__startswith="approvals."
    )
    assert notices.filter(recipient=cast.nils.user, event_name="approvals.request_settled").exists()
    words = " ".join(f"{one.sentence()} {one.payload} {one.actor_name} {one.org_name}" for one in notices)
    assert not [one for one in hidden if one in words]


def test_nothing_from_inside_northwind_reaches_southbay(cast, decided, api, page):
    hidden = {str(cast.nora.user_id), cast.nora.user.name, "target_cost", "777.77", "Finance", "finance"}
    hidden |= {
        str(one)
        for one in decided.runs.filter(party_org=cast.northwind, type="approve").values_list("pk", flat=True)
    }
    said = api("sol").get(f"approvals/instances/{decided.pk}/").content.decode()
    said += api("sol").get(f"approvals/instances/{decided.pk}/events/").content.decode()
    said += page("sol").get(f"/approvals/{decided.pk}/").content.decode().partition('id="main"')[2]

    assert CANARY in said, "Southbay sees its own"
    hidden |= {decided.submitted_at.isoformat()[:23], decided.created_at.isoformat()[:23]}
    assert not [one for one in hidden if one in said]


def test_a_partner_learns_of_a_request_when_its_turn_comes(cast, running):
    known = Instance.objects.visible_to(cast.sol).filter(pk=running.pk)
    assert not known.exists()

    yes(cast.nora, running)
    yes(cast.nora, running)

    assert known.exists()
    assert not Instance.objects.visible_to(cast.sia).filter(pk=running.pk).exists(), (
        "she neither steers nor decides"
    )


@pytest.mark.parametrize("who", ["otto", "eve", "gale", "ada"])
def test_who_takes_no_part_finds_nothing(cast, with_southbay, api, page, who):
    wrong = "01980000-0000-7000-8000-000000000000"
    missing = api(who).get(f"approvals/instances/{wrong}/")
    answer = api(who).get(f"approvals/instances/{with_southbay.pk}/")

    assert (answer.status_code, answer.content) == (404, missing.content)
    assert page(who).get(f"/approvals/{with_southbay.pk}/").status_code == 404


def test_what_a_partner_publishes_is_shown_without_a_name(cast, with_southbay, api):
    yes(cast.sol, with_southbay, comment="January it is.", audience="shared")

    seen = api("nils").get(f"approvals/instances/{with_southbay.pk}/").json()

    theirs = next(one for one in seen["runs"] if one["type"] == "party")
    assert (theirs["state"], theirs["outcome"], theirs["comment"]) == ("DONE", "APPROVED", "January it is.")
    assert theirs["assignments"] == []
    assert cast.sol.user.name not in str(seen["runs"])


def test_events_are_never_changed_or_removed(cast, running):
    for spoil in (lambda rows: rows.update(type="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil(InstanceEvent.objects.filter(instance=running))
