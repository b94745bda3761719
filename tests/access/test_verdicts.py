"""Explained, listed and enforced: the same rights, whoever asks and by whatever door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.kinds import KINDS
from access.levels import Level
from access.queries import exposure_of, standings, what_if
from access.trials import TRIALS
from audit.models import Outbox
from chat.access import weigh
from chat.models import Channel, Message
from chat.operations import add_to_channel, open_channel
from kernel.acting import acting
from kernel.rules import may
from orgs.models import Agreement, Partnership
from orgs.operations import terminate_agreement
from workspaces.models import Member, Participant, Workspace
from workspaces.operations import change_workspace, remove_member

PEOPLE = ("nora", "nils", "ada", "sol", "sia", "eve", "gale", "otto")


@pytest.fixture
def channels(cast, secret, give):
    """Every way of being in or out of a channel."""
    open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)
    named = open_channel(actor=cast.nora, workspace=cast.apollo, name="named", kind="private")
    add_to_channel(actor=cast.nora, channel=named, user=cast.gale.user)
    add_to_channel(actor=cast.nora, channel=named, user=cast.sol.user)
    give(secret, cast.southbay, Level.COMMENT)
    give(cast.general, cast.sia.user, Level.EDIT)
    marked = open_channel(actor=cast.nora, workspace=cast.apollo, name="marked")
    Channel.objects.filter(pk=marked.pk).update(label="confidential")
    return list(Channel.objects.filter(workspace=cast.apollo).select_related("workspace").order_by("pk"))


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_checks_and_verdicts_agree(cast, channels, who):
    actor = cast.actor(who)
    with acting(actor):
        drawn = set(Channel.objects.filter(workspace=cast.apollo).values_list("pk", flat=True))
    for channel in channels:
        verdict = weigh(actor, channel)
        assert verdict.allows(Level.VIEW) == (channel.pk in drawn), f"{who} on {channel}: {verdict}"
        listed = {one.user.pk for one in KINDS["channel"].everybody(channel)}
        assert (actor.user_id in listed) == (channel.pk in drawn)
        if channel.pk in drawn:
            assert may(actor, "chat.post", channel) == verdict.allows(Level.COMMENT)


def test_who_looks_knows_the_reason(cast, secret, give):
    verdict = weigh(cast.sia, secret)
    assert not verdict.allows(Level.VIEW), "premise: she may not"
    assert "adds them" in str(verdict.change(Level.VIEW))

    give(secret, cast.sia.user)

    verdict = weigh(cast.sia, secret)
    assert verdict.giving.rule == "access.grant"
    assert cast.nora.name in str(verdict.giving.reason)
    assert not verdict.change(Level.VIEW)


# ── Agreements as a ceiling ──────────────────────────────────────────────────
@pytest.fixture
def strict(cast):
    """Let apollo ask for an agreement; the demo's covers public and internal."""
    policy = {"needs_agreement": True}
    return change_workspace(actor=cast.nora, workspace=cast.apollo, policy=policy)


def the_agreement(cast):
    return Agreement.objects.in_force().get(partnership__host=cast.northwind)


def test_an_agreement_in_force_opens_what_it_names(cast, strict, general):
    assert weigh(cast.sol, general).allows(Level.VIEW)
    assert the_agreement(cast).title in str([one.reason for one in weigh(cast.sol, general).steps])


def test_an_agreement_that_ends_closes_access_and_is_named(cast, strict, general, api):
    path = f"/api/v1/channels/{general.pk}/messages/"
    assert api("sol").get(path).status_code == 200, "premise: it is open"

    terminate_agreement(actor=cast.nora, agreement=the_agreement(cast))

    refused = api("sol").get(f"/api/v1/channels/{general.pk}/")
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_cleared"
    assert refused.json()["rule"] == "workspaces.agreement"
    assert (
        Agreement.objects.get(partnership__host=cast.northwind, state="terminated").title
        in refused.json()["title"]
    )
    with acting(cast.sol):
        assert not Message.objects.filter(channel=general).exists(), "the database closes it too"
    assert api("nora").get(path).status_code == 200, "the host's own people go on"


def test_its_last_day_is_the_last(cast, strict, general):
    yesterday = timezone.now().date() - timedelta(days=1)

    Agreement.objects.filter(pk=the_agreement(cast).pk).update(
        starts_on=yesterday - timedelta(days=9), ends_on=yesterday
    )

    with acting(cast.sol):
        assert not Channel.objects.filter(pk=general.pk).exists(), "no clock needs to have ticked"
    assert not weigh(cast.sol, general).allows(Level.VIEW)


def test_what_is_confidential_takes_an_agreement_that_says_so(cast, general):
    change_workspace(actor=cast.nora, workspace=cast.apollo, classification="confidential")

    assert not weigh(cast.sol, general.fresh()).allows(Level.VIEW)
    assert weigh(cast.nils, general.fresh()).allows(Level.VIEW)
    change = weigh(cast.sol, general.fresh()).change(Level.VIEW)
    assert "sign an agreement" in str(change)


# ── Seen before it is done ───────────────────────────────────────────────────
def test_a_change_is_looked_at_before_it_is_made(cast, channels):
    seat = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)

    def act():
        return remove_member(actor=cast.sol, seat=seat)

    foretold = what_if(cast.sol, [cast.apollo], act)

    assert Member.objects.filter(pk=seat.pk).exists(), "nothing has happened"
    lost = {(one.kind.name, one.thing.pk) for one in foretold if not one.gains}
    assert {one.user.pk for one in foretold} == {cast.sia.user_id}
    before = {("channel", one.pk) for one in channels if weigh(cast.sia, one).allows(Level.VIEW)}
    act()
    assert all(not weigh(cast.sia, one).allows(Level.VIEW) for one in channels)
    assert {one for one in lost if one[0] == "channel"} <= before
    assert ("workspace", cast.apollo.pk) in lost


def test_stricter_rules_are_looked_at_before_they_hold(cast, general):
    terminate_agreement(actor=cast.nora, agreement=the_agreement(cast))
    assert weigh(cast.sol, general).allows(Level.VIEW), "premise: nothing asks for one"

    foretold = what_if(
        cast.nora,
        [cast.apollo],
        lambda: change_workspace(actor=cast.nora, workspace=cast.apollo, policy={"needs_agreement": True}),
    )

    assert not Workspace.objects.get(pk=cast.apollo.pk).policy.get("needs_agreement")
    losing = {one.user.pk for one in foretold if one.kind.name == "channel"}
    assert losing == {cast.sol.user_id, cast.sia.user_id}


def test_an_exposure_counts_those_who_read(cast, general):
    found = exposure_of(cast.nora, KINDS["channel"], general)

    assert found.people == len(KINDS["channel"].everybody(general))
    assert {one.pk for one in found.organizations} == {cast.northwind.pk, cast.southbay.pk}
    assert found.outside == 2


def test_a_contact_hears_only_of_those_they_meet(cast, general):
    add_to_channel(actor=cast.nora, channel=general, user=cast.gale.user)
    met = Member.objects.visible_to(cast.gale).filter(workspace=cast.apollo)
    shown = {one.user.pk for one in standings(cast.gale, KINDS["channel"], general)}

    assert shown <= set(met.values_list("user_id", flat=True)) | {cast.gale.user_id}


def test_as_many_questions_however_many_people(cast, general):
    KINDS["channel"].everybody(general)
    with CaptureQueriesContext(connection) as asked:
        KINDS["channel"].everybody(general)
    assert len(asked) <= 4


@pytest.mark.parametrize("name", ["participant", "suspension", "partnership"])
def test_what_is_foretold_is_what_happens(cast, channels, api, name):
    """Held against the very thing: who reads what before and after."""
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    part = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)
    key = part.pk if name == "participant" else partnership.pk
    program, written = api("nora"), Outbox.objects.count()

    told = program.post("access/what-if/", {"change": f"{name}:{key}"})

    assert told.status_code == 200, told.json()
    assert Outbox.objects.count() == written, "nothing has been recorded"
    assert part.fresh().state == "active", "nothing has been done"
    foretold = {
        (one["user"]["id"], one["object"]) for one in told.json()["results"] if one["after"] == "none"
    }
    before = picture(channels)
    TRIALS[name].act(cast.nora, part if name == "participant" else partnership)
    lost = {one for one in before - picture(channels) if one[1].startswith("channel")}
    assert lost
    assert {one for one in foretold if one[1].startswith("channel")} == lost


def picture(channels):
    return {
        (str(one.user.pk), f"channel:{channel.pk}")
        for channel in channels
        for one in KINDS["channel"].everybody(channel.fresh())
    }


def test_what_one_may_not_do_one_may_not_try(cast, api):
    part = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)

    assert api("sia").post("access/what-if/", {"change": f"participant:{part.pk}"}).status_code == 403
    assert api("otto").post("access/what-if/", {"change": f"participant:{part.pk}"}).status_code == 404
    assert api("nora").post("access/what-if/", {"change": "world:1"}).status_code == 422
    odd = {"change": f"participant:{part.pk}", "role": "viewer"}
    assert api("nora").post("access/what-if/", odd).status_code == 422


def test_the_settings_page_shows_it_before_it_is_saved(cast, page):
    room = cast.apollo
    form = {"name": room.name, "purpose": room.purpose, "classification": "confidential", "guest_days": 90,
            "history_for_newcomers": "all", "external_download": "on"}  # fmt: skip

    shown = page("nora").post(f"/workspaces/{room.pk}/what-if/", form)

    assert shown.status_code == 200
    words = shown.content.decode()
    assert cast.sol.user.name in words
    assert cast.sia.user.name in words
    assert Workspace.objects.get(pk=room.pk).classification == "internal"
