"""What is open between two organizations is told to both, each from its own side, and no more than it may see."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.levels import Level
from access.operations import ask_for_access
from approvals.models import Instance, Run
from collab.owed.lines import Line, Sum, accounts_of
from collab.owed.sources import View, lines_of
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.models import Partnership
from orgs.operations import propose_agreement
from tests.approvals.conftest import purchase, running, with_southbay, yes
from workspaces.models import Participant
from workspaces.operations import (
    accept_participation,
    answer_hold,
    hold_person,
    invite_participant,
    open_workspace,
)

__all__ = ["running", "with_southbay"]
SEALED = "Southbay looks at it"


def lines(actor: Actor, *, whole: bool = False, partner: Any = None) -> list[Line]:
    found = lines_of(View.of(actor, whole=whole))
    return [one for one in found if partner is None or one.partner == partner]


def told(actor: Actor, **how: Any) -> set[tuple[str, str, str]]:
    return {(one.kind, one.side, one.partner.slug) for one in lines(actor, **how)}


def of(instance: Instance, found: list[Line]) -> list[Line]:
    return [one for one in found if str(instance.pk) in one.url]


def test_a_request_waits_first_for_ours_and_then_for_theirs(cast, running):
    (ours,) = of(running, lines(cast.nora))
    assert (ours.side, ours.partner, ours.who, ours.is_mine) == (
        "ours",
        cast.southbay,
        cast.nora.user.name,
        True,
    )
    assert not of(running, lines(cast.sol)), "premise: Southbay knows nothing of it yet"

    yes(cast.nora, running)
    yes(cast.nora, running)

    assert not of(running, lines(cast.nora))
    (asked,) = of(running, lines(cast.nils))
    assert (asked.side, asked.partner, asked.who) == ("theirs", cast.southbay, ""), (
        "it is sealed who it waits for"
    )
    (owed,) = of(running, lines(cast.sol))
    assert (owed.side, owed.partner) == ("ours", cast.northwind)


def test_who_steers_sees_the_whole_of_their_side_and_nothing_inside_the_other(cast, with_southbay):
    (theirs,) = of(with_southbay, lines(cast.nora, whole=True))
    assert (theirs.side, theirs.who) == ("theirs", "")
    assert cast.sol.user.name not in theirs.title

    (ours,) = of(with_southbay, lines(cast.sol, whole=True))
    assert (ours.side, ours.who) == ("ours", cast.sol.user.name)
    assert not of(with_southbay, lines(cast.sia)), "she is not asked"
    assert not of(with_southbay, lines(cast.eve, whole=True))


def test_a_request_that_its_admin_may_not_know_of_is_not_told(cast, running):
    """Before Southbay's turn has come, its owner learns nothing of it by this list either."""
    assert of(running, lines(cast.nora, whole=True)), "premise: it is open on Northwind's side"

    assert not of(running, lines(cast.sol, whole=True))


@pytest.mark.parametrize("who", ["nils", "ada", "gale", "otto"])
def test_the_whole_is_for_those_who_steer(who, cast, api):
    with pytest.raises(NotAllowed):
        lines(getattr(cast, who), whole=True)

    assert api(who).get("me/owed/?scope=organization").json()["rule"] == "orgs.see_owed"


def test_invitations_agreements_and_proposals_stand_on_both_sides(cast):
    room = open_workspace(actor=cast.nora, organization=cast.northwind, name="Boreas")
    invite_participant(actor=cast.nora, workspace=room, organization=cast.southbay)
    between = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    today = timezone.now().date()
    dates = {"starts_on": today + timedelta(days=3), "ends_on": today + timedelta(days=90)}
    said = {
        "kind": "nda",
        "title": "What we tell nobody",
        "body": "Nothing.",
        "classes": ["public"],
        "purpose": "Trust",
    }
    propose_agreement(actor=cast.nora, partnership=between, **said, **dates)

    ours, theirs = lines(cast.sol, partner=cast.northwind), lines(cast.nora, partner=cast.southbay)

    assert {("invitation", "ours"), ("agreement", "ours")} <= {(one.kind, one.side) for one in ours}
    assert {("invitation", "theirs"), ("agreement", "theirs")} <= {(one.kind, one.side) for one in theirs}
    assert next(one for one in ours if one.kind == "agreement").age == "soon"
    assert ("partnership", "ours", "northwind") in told(cast.eve)
    assert ("partnership", "theirs", "eastgate") in told(cast.nora)
    assert not {kind for kind, _side, _org in told(cast.nils)} & {"agreement", "partnership"}


def test_a_hold_waits_for_an_answer_until_there_is_one(cast):
    hold = hold_person(
        actor=cast.nora, organization=cast.northwind, user=cast.sia.user, reason="A look at it"
    )
    expected = ("hold", "ours", "northwind")
    assert expected in told(cast.sol)
    assert expected in told(cast.sia)
    assert ("hold", "theirs", "southbay") in told(cast.nora)
    assert not {one for one in told(cast.eve) if one[0] == "hold"}

    answer_hold(actor=cast.sol, hold=hold, text="She was on a train.")

    assert expected not in told(cast.sol)


def test_what_is_late_comes_first_and_is_counted(cast, with_southbay):
    run = Run.objects.get(instance=with_southbay, type="party", parent=None)
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now() - timedelta(hours=1))

    (line,) = of(with_southbay, lines(cast.nils))
    accounts = accounts_of(lines(cast.nora, whole=True))

    assert line.age == "overdue"
    assert accounts[0].partner == cast.southbay
    assert Sum([line]).counts == {"total": 1, "overdue": 1, "soon": 0, "later": 0, "long": 0, "recent": 0}
    assert Sum([line]).strip == [("overdue", 0, 1)]


def test_the_page_leads_to_each_act_and_the_table_says_the_same(cast, page, with_southbay):
    sol = page("sol")
    shown = sol.get("/owed/").content.decode()
    assert f'href="/approvals/{with_southbay.pk}/"' in shown
    assert cast.northwind.name in shown

    table = sol.get("/owed/owed.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert with_southbay.title in table.content.decode()

    empty = page("otto").get("/owed/").content.decode()
    assert "owed-strip" not in empty
    assert sol.get(f"/owed/?partner={cast.eastgate.pk}").status_code == 200
    assert sol.get("/owed/?partner=x").status_code == 404
    assert page("nils").get("/owed/?scope=organization").status_code == 403


def test_programs_read_it_with_totals(cast, api, with_southbay):
    said = api("sol").get(f"me/owed/?partner={cast.northwind.pk}").json()

    (account,) = said["partners"]
    assert account["organization"] == {"id": str(cast.northwind.pk), "name": cast.northwind.name}
    assert said["totals"] == account["totals"]
    assert account["totals"]["ours"]["total"] == sum(one["side"] == "ours" for one in account["lines"]) > 0
    assert api("sol").get("me/owed/?scope=all").status_code == 422


def test_more_requests_and_partners_cost_no_more_questions(cast, api, page):
    def asked(ask: Any, path: str) -> int:
        ask(path)
        with CaptureQueriesContext(connections["default"]) as queries:
            assert ask(path).status_code == 200
        return len(queries)

    nora, program = page("nora"), api("nora")
    purchase(cast)
    before = (asked(nora.get, "/owed/?scope=organization"), asked(program.get, "me/owed/?scope=organization"))
    for _ in range(4):
        purchase(cast)
        room = open_workspace(actor=cast.nora, organization=cast.northwind, name="One more")
        invite_participant(actor=cast.nora, workspace=room, organization=cast.southbay)

    after = (asked(nora.get, "/owed/?scope=organization"), asked(program.get, "me/owed/?scope=organization"))

    # Rooms stand in the sidebar, which asks for all of them at once.
    assert after == before


def test_an_ask_for_access_waits_for_those_who_were_asked_and_for_nobody_else(cast):
    asked = ask_for_access(actor=cast.sia, thing=cast.general, level=Level.MANAGE).asks
    assert cast.nora.user.pk in asked, "premise"
    assert not {cast.eve.user.pk, cast.gale.user.pk} & set(asked), "premise"

    assert ("access", "ours", "southbay") in told(cast.nora)
    assert ("access", "theirs", "northwind") in told(cast.sia)
    for other in (cast.eve, cast.gale, cast.sol):
        assert not {one for one in told(other) if one[0] == "access"}
    assert not {one for one in told(cast.sol, whole=True) if one[0] == "access"}, (
        "not even to who steers her side"
    )


def test_what_was_let_wait_is_reminded_of_until_it_is_done(cast, page):
    """As the demo world begins: Southbay asked Northwind into a room, and Nora has not answered."""
    nora = page("nora")
    (line,) = [one for one in lines(cast.nora, partner=cast.southbay) if one.kind == "invitation"]
    assert (line.side, line.age) == ("ours", "long")
    assert "Still waits for you" in nora.get("/inbox/").content.decode()
    log = nora.get("/api/v1/me/notifications/log/?way=reminder").json()["results"]
    assert [one["url"] for one in log] == [line.url]

    part = Participant.objects.get(organization=cast.northwind, state="invited")
    accept_participation(actor=cast.nora, participant=part)

    assert "Still waits for you" not in nora.get("/inbox/").content.decode()
