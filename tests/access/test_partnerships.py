"""A partnership opens to those who work for either side; of the other side one knows those who steer or answer."""

import pytest

from access.kinds import KINDS
from access.levels import Level
from access.partnerships import weigh
from approvals.models import Instance
from chat.operations import open_direct
from kernel.acting import acting
from orgs.models import Partnership

PEOPLE = ("nora", "nils", "ada", "sol", "sia", "eve", "gale", "otto")


@pytest.fixture
def partnership(cast):
    rows = Partnership.objects.select_related("host", "partner")
    return rows.get(host=cast.northwind, partner=cast.southbay)


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_checks_and_verdicts_agree(cast, partnership, who):
    actor = cast.actor(who)
    with acting(actor):
        is_visible = Partnership.objects.visible_to(actor).filter(pk=partnership.pk).exists()
    verdict = weigh(actor, partnership)
    listed = {one.user.pk for one in KINDS["partnership"].everybody(partnership)}

    assert verdict.allows(Level.VIEW) == is_visible == (actor.user_id in listed)
    assert verdict.allows(Level.MANAGE) == (who in ("nora", "sol"))


def test_of_the_other_side_those_who_steer_it_are_named(cast, api, partnership):
    def named(who):
        found = api(who).get(f"access/who/?object=partnership:{partnership.pk}")
        assert found.status_code == 200
        return {one["user"]["name"] for one in found.json()["results"]}

    Partnership.objects.filter(pk=partnership.pk).update(coordinators=[])
    north, south = {cast.nora.name, cast.nils.name}, {cast.sol.name, cast.sia.name}
    assert named("nils") == north | {cast.sol.name}
    assert named("sol") == south | {cast.nora.name}

    Partnership.objects.filter(pk=partnership.pk).update(coordinators=[cast.sia.user_id])

    assert named("nils") == north | south


@pytest.mark.parametrize(
    ("kind", "sides"),
    {
        "workspace": {"nora": "northwind", "nils": "northwind", "sol": "southbay", "sia": "southbay"},
        "channel": {"nora": "northwind", "nils": "northwind", "sol": "southbay", "sia": "southbay"},
        "partnership": {"nora": "northwind", "nils": "northwind", "sol": "southbay", "sia": "southbay"},
        "approval": {"nora": "northwind", "nils": "northwind", "sol": "southbay"},
    }.items(),
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_each_has_the_side_they_work_for_and_an_outside_contact_has_none(cast, partnership, kind, sides):
    running = Instance.objects.filter(
        acting_org=cast.northwind, state="RUNNING", parties__isnull=False
    ).first()
    things = {
        "workspace": cast.apollo,
        "channel": cast.general,
        "partnership": partnership,
        "approval": running,
    }

    found = {who: KINDS[kind].side(cast.actor(who), things[kind]) for who in PEOPLE}

    assert {who: org.slug for who, org in found.items() if org} == sides


def test_a_direct_message_has_no_sides(cast):
    direct = open_direct(actor=cast.nora, users=[cast.sol.user])

    assert KINDS["channel"].side(cast.nora, direct) is None
