"""An organization keeps an outsider out of its rooms, and out of nothing else, until it lets them in again."""

import pytest
from django.urls import reverse

from access.rooms import weigh
from accounts.models import User
from audit.models import Chain, Entry
from audit.tasks import seal
from chat.models import ChannelPermission
from chat.operations import open_channel
from kernel.acting import acting
from kernel.errors import NotAllowed
from kernel.nouns import uuid7
from notifications.models import Notice
from orgs.models import Contact, Membership
from workspaces.errors import AlreadyHeld, HoldLifted, NotAnOutsider
from workspaces.live import find
from workspaces.models import Hold, Member, Workspace, WorkspaceGrant
from workspaces.operations import add_member, answer_hold, hold_person, lift_hold, remove_member

REASON = "Exports at night that nobody here asked for."


@pytest.fixture
def hold(cast):
    """Northwind holds people; Sol of Southbay by default."""

    def hold_one(who="sol"):
        return hold_person(actor=cast.nora, organization=cast.northwind, user=cast.user(who), reason=REASON)

    return hold_one


def rooms(actor):
    """Return the names of the rooms that somebody enters, as the database and the queryset say it."""
    drawn = set(Workspace.objects.visible_to(actor).values_list("name", flat=True))
    with acting(actor):
        assert set(Workspace.objects.values_list("name", flat=True)) == drawn
    return drawn


def test_the_rooms_of_the_holder_close_and_those_of_their_own_stay(cast, hold):
    before = rooms(cast.sol)
    own = {one.name for one in Workspace.objects.filter(host=cast.southbay)}
    assert {cast.apollo.name} | own <= before, (
        "premise: Sol enters both, from a seat and as owner of Southbay"
    )

    hold()

    assert rooms(cast.sol) == own
    assert find(cast.sol, cast.apollo.pk) is None, "nor does a socket"
    assert rooms(cast.sia) == {cast.apollo.name}, "others go on"


def test_neither_seat_nor_index_counts(cast, hold):
    held = {"user": cast.sol.user, "content_object__workspace": cast.apollo}
    assert ChannelPermission.objects.filter(**held).exists(), "premise: Sol is named in a channel"
    hold()

    assert not ChannelPermission.objects.filter(**held).exists()
    assert not WorkspaceGrant.objects.filter(user=cast.sol.user, content_object=cast.apollo).exists()
    assert not Member.objects.seated().filter(user=cast.sol.user, workspace=cast.apollo).exists()
    assert not weigh(cast.sol, cast.apollo).level
    assert "workspaces.hold" in {one.rule for one in weigh(cast.sol, cast.apollo).steps}


def test_a_contact_is_held_by_whom_it_belongs_to(cast, hold, page):
    assert rooms(cast.gale) == {cast.apollo.name}, "premise: Gale is in"

    assert hold("gale").contact == Contact.objects.get(organization=cast.northwind, user=cast.gale.user)

    assert rooms(cast.gale) == set()


def test_the_record_of_the_room_is_closed_too(cast, hold):
    chain = Chain.objects.get_or_create(kind="workspace", noun_id=cast.apollo.pk)[0]
    with acting(cast.sol):
        assert Chain.objects.filter(pk=chain.pk).exists(), "premise: he reads it"
    hold()

    with acting(cast.sol):
        assert not Chain.objects.filter(pk=chain.pk).exists()
    assert cast.apollo not in Workspace.objects.audited_by(cast.sol)


def test_a_seat_given_anew_is_held_as_well(cast, hold):
    hold("sia")
    remove_member(actor=cast.sol, seat=Member.objects.get(workspace=cast.apollo, user=cast.sia.user))
    seat = add_member(actor=cast.sol, workspace=cast.apollo, user=cast.sia.user)

    assert seat.held_at is not None
    assert not WorkspaceGrant.objects.filter(user=cast.sia.user, content_object=cast.apollo).exists()
    assert rooms(cast.sia) == set()


def test_all_is_as_before_once_it_is_lifted(cast, hold):
    before = rooms(cast.sol)
    index = {"user": cast.sol.user, "content_object__workspace": cast.apollo}
    rights = ChannelPermission.objects.filter(**index).count(), WorkspaceGrant.objects.count()
    held = hold()
    assert rooms(cast.sol) != before, "premise: it was closed"

    lift_hold(actor=cast.nora, hold=held)

    assert rooms(cast.sol) == before
    assert (ChannelPermission.objects.filter(**index).count(), WorkspaceGrant.objects.count()) == rights
    with pytest.raises(HoldLifted):
        lift_hold(actor=cast.nora, hold=held)


@pytest.mark.parametrize("who", ["sol", "sia", "nils", "ada"])
def test_only_the_holder_lifts_it(cast, hold, who):
    held = hold("sia")
    with pytest.raises((NotAllowed, Hold.DoesNotExist)):
        lift_hold(actor=cast.actor(who), hold=held)
    with acting(cast.actor(who)):
        assert Hold.objects.filter(pk=held.pk).update(lifted_by=cast.user(who)) == 0, "nor past the operation"
    assert held.fresh().stands


def test_ones_own_people_are_not_held(cast, hold):
    with pytest.raises(NotAnOutsider):
        hold("nils")


def test_nobody_is_held_twice(cast, hold):
    hold()
    with pytest.raises(AlreadyHeld):
        hold()


def test_others_hold_nobody_in_ones_rooms(cast):
    with pytest.raises(NotAllowed):
        hold_person(actor=cast.nils, organization=cast.northwind, user=cast.sol.user, reason="No")
    with pytest.raises(NotAllowed):
        hold_person(actor=cast.sol, organization=cast.northwind, user=cast.sia.user, reason="No")


def test_who_is_held_hears_why_and_whom_to_ask(cast, hold, page, api):
    hold()

    answer = page("sol").get(reverse("workspace", args=[cast.apollo.pk]))
    said = answer.content.decode()
    assert (answer.status_code, REASON in said, cast.nora.user.name in said) == (403, True, True)
    program = api("sol").get(f"workspaces/{cast.apollo.pk}/")
    assert (program.status_code, program.json()["code"]) == (403, "held")


def test_both_records_are_told(cast, hold):
    hold("sia")
    seal()

    places = Entry.objects.filter(name="workspaces.person_held").values_list("chain__noun_id", flat=True)
    assert set(places) == {cast.northwind.pk, cast.southbay.pk}


def test_their_side_answers(cast, hold):
    held = hold("sia")
    answer_hold(actor=cast.sol, hold=held, text="She ran the migration that Nils asked for.")

    assert held.answers.get().author == cast.sol.user
    with pytest.raises(NotAllowed):
        answer_hold(actor=cast.nils, hold=held, text="No")


# ── Where they are led, and who is asked ─────────────────────────────────────
def test_who_is_held_reads_at_a_channel_why_and_nobody_else_learns_that_it_exists(cast, hold, page, api):
    address = reverse("channel", args=[cast.general.pk])
    assert page("sol").get(address).status_code == 200, "premise"
    hold()

    shown = page("sol").get(address)
    assert (shown.status_code, REASON in shown.content.decode()) == (403, True)
    assert api("sol").get(f"channels/{cast.general.pk}/").json()["code"] == "held"
    random = api("otto").get(f"channels/{uuid7()}/").content
    assert api("otto").get(f"channels/{cast.general.pk}/").content == random
    hold("sia")
    inside = open_channel(actor=cast.nora, workspace=cast.apollo, name="among-us", internal_to=cast.northwind)
    closed = open_channel(actor=cast.nora, workspace=cast.apollo, name="a-few", kind="private")
    random = api("sia").get(f"channels/{uuid7()}/").content
    for one in (inside, closed):
        assert api("sia").get(f"channels/{one.pk}/").content == random, "which they would not read anyway"


def test_the_organization_of_somebody_who_sits_in_no_room_is_asked_too(cast):
    somebody = User.objects.create_user("seldom@southbay.example", name="Seldom", agreed=True)
    Membership.objects.create(organization=cast.southbay, user=somebody)
    with acting(cast.nora):
        assert not Membership.objects.filter(user=somebody).exists(), "premise: Northwind does not see it"

    held = hold_person(actor=cast.nora, organization=cast.northwind, user=somebody, reason=REASON)
    seal()

    assert held.home == cast.southbay
    assert Notice.objects.filter(recipient=cast.sol.user, url=reverse("hold", args=[held.pk])).exists()
    with acting(cast.sol):
        assert Hold.objects.get() == held


def test_who_works_for_no_partner_has_no_home_there(cast):
    """Eastgate was asked to be a partner and has not answered: who works there is nothing Northwind may learn."""
    held = hold_person(actor=cast.nora, organization=cast.northwind, user=cast.eve.user, reason=REASON)

    assert held.home is None
