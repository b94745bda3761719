"""Another organization in a partner's place, and what the one before keeps of the request: that it was asked."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.engine import Case
from approvals.errors import StepClosed
from approvals.inbox import choices_of
from approvals.models import Assignment, Instance, Run
from approvals.operations import comment, make_paper, replace_party, start
from approvals.paper import content_of
from approvals.projection import View
from approvals.queries import lines_of, open_in
from approvals.verification import OPEN, finding_of
from kernel.acting import acting
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Organization, Partnership
from tests.approvals.conftest import purchase, yes
from tests.approvals.test_consent import PARTIES
from tests.approvals.ways import ended, published, step


@pytest.fixture
def with_eastgate(cast: Any, partner: Any) -> Any:
    Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).delete()
    partner(cast.nora, cast.eve)
    return cast.eastgate


@pytest.fixture
def gone(cast: Any, with_southbay: Instance) -> Instance:
    """Southbay's partnership rests while it is asked."""
    comment(actor=cast.nora, instance=with_southbay, body="For Southbay only", audience="shared")
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    return with_southbay


def change(cast: Any, instance: Instance, **said: Any) -> Instance:
    said = {"party": "supplier", "organization": cast.eastgate.pk, "reason": "Gone"} | said
    return replace_party(actor=said.pop("actor", cast.nora), instance=instance, **said)


def test_replacement_begins_a_new_round_with_the_new_organization(cast, with_eastgate, gone):
    change(cast, gone)

    now = gone.fresh()
    assert now.round == 2
    assert now.form["supplier"] == str(cast.eastgate.pk)
    assert Assignment.objects.get(instance=gone, state="PENDING").principal == cast.eve.user
    ended(gone, "RUNNING")
    yes(cast.eve, gone)
    ended(gone, "APPROVED")


def test_nothing_addressed_to_the_old_organization_is_shown_to_the_new(cast, with_eastgate, gone, api):
    change(cast, gone)

    for part in ("", "events/"):
        said = api("eve").get(f"approvals/instances/{gone.pk}/{part}")
        assert said.status_code == 200
        assert "Southbay" not in said.content.decode()
        assert str(cast.southbay.pk) not in said.content.decode()


def test_the_old_organization_sees_nothing_of_the_new(cast, with_eastgate, gone, api):
    change(cast, gone)

    said = api("sol").get(f"approvals/instances/{gone.pk}/").content.decode()
    assert "Eastgate" not in said
    assert "1286400" not in said, "nor of the form"


FLOW = [{"id": "sup", "type": "party", "party": "supplier"}, ("after", "nora")]
TWICE = [*FLOW, {"id": "again", "type": "party", "party": "supplier"}]
BESIDE = [
    {"id": "both", "type": "parallel", "branches": [{"flow": FLOW[:1]}, {"flow": FLOW[1:]}]},
    ("last", "nora"),
]


def laid(cast: Any, flow: list[Any]) -> list[Any]:
    """Return a flow with the steps of people in place of their names."""
    found = []
    for node in flow:
        if isinstance(node, tuple):
            node = step(cast, *node)
        elif "branches" in node:
            node = node | {"branches": [{"flow": laid(cast, one["flow"])} for one in node["branches"]]}
        found.append(node)
    return found


@pytest.mark.parametrize("flow", [FLOW, TWICE, BESIDE], ids=["in a row", "asked twice", "beside"])
def test_the_word_of_who_was_replaced_counts_for_nothing(cast, with_eastgate, flow):
    definition = published(cast, laid(cast, flow), parties=PARTIES)
    said = {"definition": definition, "title": "Back", "form": {}, "parties": {"supplier": cast.southbay.pk}}
    instance = start(actor=cast.nils, **said)
    yes(cast.sol, instance)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")

    change(cast, instance)

    run = Run.objects.get(instance=instance, type="party", state="ACTIVE")
    assert run.party_org_id == cast.eastgate.pk
    for _turn in range(4):
        for slot in Assignment.objects.filter(instance=instance, principal=cast.nora.user, state="PENDING"):
            yes(cast.nora, instance, assignment=slot.pk)
    ended(instance, "RUNNING")
    while instance.fresh().is_open:
        for who in (cast.eve, cast.nora):
            if Assignment.objects.filter(instance=instance, principal=who.user, state="PENDING").exists():
                yes(who, instance)
    ended(instance, "APPROVED")


def test_a_partner_that_can_answer_is_not_replaced(cast, with_eastgate, with_southbay):
    with pytest.raises(StepClosed):
        change(cast, with_southbay)


def test_replacement_is_the_hosts_and_with_a_partner(cast, with_eastgate, gone):
    with pytest.raises(NotAllowed):
        change(cast, gone, actor=cast.nils)
    with pytest.raises(InvalidInput):
        change(cast, gone, organization=cast.northwind.pk)
    with pytest.raises(InvalidInput):
        change(cast, gone, party="nobody")
    with pytest.raises(InvalidInput):
        change(cast, gone, reason=" ")
    assert Run.objects.filter(instance=gone, type="party").count() == 1


def test_who_was_replaced_has_nothing_more_to_say(cast, with_eastgate, gone, api):
    change(cast, gone)
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk)
    partnership.update(state="active")  # the two work together again, on other things

    for said in (
        {"action": "comment", "comment": "Why?", "audience": "shared"},
        {"action": "comment", "comment": "Among us"},
        {"action": "remind"},
        {"action": "cc", "users": [str(cast.sol.user_id)]},
    ):
        answer = api("sol").post(f"approvals/instances/{gone.pk}/actions/", said)
        assert (answer.status_code, answer.json()["code"]) == (409, "request_closed")
    assert api("sol").get(f"approvals/instances/{gone.pk}/").json()["can"] == []


# ── What it keeps ────────────────────────────────────────────────────────────
@pytest.fixture
def ended_without(cast: Any, with_eastgate: Any, gone: Instance) -> Instance:
    """Eastgate came in Southbay's place, was told more, and agreed."""
    change(cast, gone)
    comment(actor=cast.nora, instance=gone, body="For Eastgate only", audience="shared")
    yes(cast.eve, gone)
    return gone.fresh()


def test_what_became_of_it_is_not_known_to_who_was_replaced(cast, ended_without, api):
    ours, theirs = (
        api(who).get(f"approvals/instances/{ended_without.pk}/").json() for who in ("nora", "sol")
    )

    assert (ours["state"], ours["round"]) == ("APPROVED", 2), "premise: it went on"
    assert (theirs["state"], theirs["round"], theirs["form_rev"]) == ("WITHDRAWN", None, None)
    assert ours["settled_at"] != theirs["settled_at"]
    assert "For Southbay only" in str(theirs["comments"])
    assert "For Eastgate only" not in str(theirs)
    assert "APPROVED" not in str(theirs)


def test_lists_say_no_more_of_it(cast, ended_without, api):
    def listed(who: str, query: str = "") -> list[Any]:
        found = api(who).get(f"approvals/instances/{query}").json()["results"]
        return [one["state"] for one in found if one["id"] == str(ended_without.pk)]

    assert listed("nora") == listed("nora", "?state=APPROVED") == ["APPROVED"]
    assert listed("nora", "?state=WITHDRAWN") == []
    assert listed("sol") == listed("sol", "?state=WITHDRAWN") == ["WITHDRAWN"]
    assert listed("sol", "?state=APPROVED") == []


def test_pages_tables_cards_and_the_palette_say_no_more_of_it(cast, ended_without, page):
    sol = page("sol")
    there = sol.get(f"/approvals/{ended_without.pk}/").content.decode()
    assert "已撤回" in there
    assert "不再参与" in there
    assert there.count('<div class="lane-head"') == 2, "its own lane has a head, too"
    for address in (
        f"/approvals/{ended_without.pk}/",
        "/approvals/?tab=all",
        reverse("approvals_csv") + "?tab=all",
        f"/palette/?q={ended_without.number}",
        f"/cards/?to=/approvals/{ended_without.pk}/",
    ):
        said = sol.get(address).content.decode()
        assert ended_without.title in said or ended_without.number in said, address
        for secret in ("已通过", "Approved", "Eastgate", "For Eastgate only"):
            assert secret not in said, (address, secret)


def test_it_finds_by_no_filter_who_came_in_its_place(cast, ended_without, page):
    found = page("sol").get(f"/approvals/?tab=all&partner={cast.eastgate.pk}").content.decode()
    assert ended_without.title not in found
    found = page("sol").get(f"/approvals/?tab=all&partner={cast.northwind.pk}").content.decode()
    assert ended_without.title in found
    found = page("nora").get(f"/approvals/?tab=all&partner={cast.eastgate.pk}").content.decode()
    assert ended_without.title in found


def test_the_two_do_not_meet_each_others_names(cast, ended_without):
    for who, other in ((cast.sol, "eastgate"), (cast.eve, "southbay")):
        assert not Organization.objects.visible_to(who).filter(slug=other).exists()
        assert other not in [one.slug for one in choices_of(who)["partners"]]
    assert {"eastgate", "southbay"} <= {one.slug for one in choices_of(cast.nora)["partners"]}


def test_nor_where_the_new_one_stands_in_the_form_and_is_not_asked_yet(cast, with_eastgate):
    definition = published(
        cast,
        laid(cast, [("first", "nora"), *FLOW]),
        parties=[PARTIES[0], {"id": "supplier", "bind": "field:supplier"}],
        form={"fields": [{"id": "supplier", "type": "org", "required": True}]},
    )
    form = {"supplier": str(cast.southbay.pk)}
    instance = start(actor=cast.nils, definition=definition, title="Bound", form=form)
    yes(cast.nora, instance)
    yes(cast.sol, instance)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")

    change(cast, instance)

    assert instance.fresh().form == {"supplier": str(cast.eastgate.pk)}
    assert not Instance.objects.visible_to(cast.eve).exists(), "premise: its turn has not come"
    assert not Organization.objects.visible_to(cast.sol).filter(slug="eastgate").exists()


def test_while_it_goes_on_it_is_under_way_for_others_only(cast, with_eastgate, gone):
    room = gone.workspace_id
    change(cast, gone)

    assert gone in open_in(cast.nora, room)
    assert gone not in open_in(cast.sol, room)


def test_their_pages_hear_that_it_is_over_and_nothing_after(
    cast, with_eastgate, gone, monkeypatch, django_capture_on_commit_callbacks
):
    heard: list[UUID] = []
    monkeypatch.setattr("approvals.live.publish_to", lambda people, *said: heard.extend(people))

    with django_capture_on_commit_callbacks(execute=True):
        change(cast, gone)
    assert cast.sol.user_id in heard
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        yes(cast.eve, gone)
    assert cast.eve.user_id in heard
    assert cast.sol.user_id not in heard


def test_nobody_there_is_told_of_what_follows(cast, ended_without):
    assert cast.eve.user_id in ended_without.people()
    assert cast.sol.user_id not in ended_without.people()
    case = Case.locked(ended_without.pk, cast.nora)
    assert cast.eve.user_id in case.people()
    assert cast.sol.user_id not in case.people()


def test_its_papers_say_neither_how_it_ended_nor_whether_that_still_holds(cast, with_eastgate, gone):
    before = make_paper(actor=cast.sol, instance=gone)
    change(cast, gone)
    yes(cast.eve, gone)
    Instance.objects.filter(pk=gone.pk).update(state="VOIDED")
    after = make_paper(actor=cast.sol, instance=gone.fresh())

    assert after.state == "WITHDRAWN"
    assert "Voided" not in str(content_of(View(gone.fresh(), cast.sol)))
    assert [finding_of(one.code).standing for one in (before, after)] == [OPEN, OPEN]


def test_a_list_asks_as_much_however_many_were_parted_from(cast, with_eastgate, gone, partner):
    def asked(*requests: Instance) -> int:
        rows = list(Instance.objects.filter(pk__in=[one.pk for one in requests]).told())
        with acting(cast.sol), CaptureQueriesContext(connection) as questions:
            assert {one.instance.state for one in lines_of(cast.sol, rows)} == {"WITHDRAWN"}
        return len(questions.captured_queries)

    change(cast, gone)
    few = asked(gone)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="active")
    more = [purchase(cast, title=f"More {number}") for number in range(3)]
    for one in more:
        yes(cast.nora, one)
        yes(cast.nora, one)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    for one in more:
        change(cast, one.fresh())

    assert asked(gone, *more) == few
