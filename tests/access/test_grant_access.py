"""Rights on single objects: given within the room, never above the giver's own, and they end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from access.errors import AboveOwnRank, GrantGone
from access.levels import Level
from access.operations import expire_grant, revoke_access
from chat.models import Channel, ChannelGrant, ChannelPermission
from chat.operations import add_to_channel, post_message
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Department, Membership
from workspaces.models import Member
from workspaces.operations import add_member, change_member, remove_member

CLOCK = Actor.system("access.clock")


def reads(actor, channel):
    """Tell what the database lets somebody read, and hold it against what the code does."""
    with acting(actor):
        drawn = Channel.objects.filter(pk=channel.pk).exists()
    assert Channel.objects.visible_to(actor).filter(pk=channel.pk).exists() == drawn, "both gates agree"
    return drawn


def test_a_right_opens_a_private_channel_to_one_person(cast, secret, give):
    assert not reads(cast.sia, secret), "premise: she sits in the room and is not in the channel"

    give(secret, cast.sia.user)

    assert reads(cast.sia, secret)
    with pytest.raises(NotAllowed):
        post_message(actor=cast.sia, channel=secret, body="May I?")


def test_it_may_reach_further_than_the_seat(cast, general, give):
    seat = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)
    assert seat.role == "viewer", "premise: she only reads along in the room"

    give(general, cast.sia.user, Level.COMMENT)

    assert post_message(actor=cast.sia, channel=general, body="Thank you.").seq


def test_a_right_of_viewing_in_a_private_channel_is_no_more_than_that(cast, secret, give):
    seat = Member.objects.get(workspace=cast.apollo, user=cast.nils.user)
    assert seat.role == "editor", "premise: his seat would let him write"

    give(secret, cast.nils.user, Level.VIEW)

    with pytest.raises(NotAllowed):
        post_message(actor=cast.nils, channel=secret, body="I only look.")


@pytest.mark.parametrize("whom", ["southbay", "everybody"])
def test_an_organization_or_everybody(cast, secret, give, whom):
    give(secret, cast.southbay if whom == "southbay" else None)

    assert [reads(one, secret) for one in (cast.sol, cast.sia)] == [True, True]
    assert reads(cast.nils, secret) == (whom == "everybody")
    assert not reads(cast.gale, secret), "external contacts are named one by one"


def test_a_department_and_those_below_it(cast, secret, give):
    parts = Department.objects.create(organization=cast.northwind, name="Parts")
    housings = Department.objects.create(organization=cast.northwind, name="Housings", parent=parts)
    membership = Membership.objects.get(organization=cast.northwind, user=cast.nils.user)
    give(secret, parts, expires_at=None)
    assert not reads(cast.nils, secret), "premise: he works elsewhere"

    membership.department = housings
    membership.save(update_fields=["department"])

    assert reads(cast.nils, secret)
    membership.department = None
    membership.save(update_fields=["department"])
    assert not reads(cast.nils, secret)


def test_taken_back_it_opens_nothing(cast, secret, give):
    grant = give(secret, cast.sia.user)
    version = secret.fresh().acl_version
    assert reads(cast.sia, secret), "premise: it opens"

    revoke_access(actor=cast.nora, grant=grant)

    assert not reads(cast.sia, secret)
    assert secret.fresh().acl_version > version, "sockets look again before they deliver"
    with pytest.raises(GrantGone):
        revoke_access(actor=cast.nora, grant=grant)


def test_its_time_ends_by_itself(cast, secret, give):
    grant = give(secret, cast.sia.user)
    past = timezone.now() - timedelta(seconds=1)

    ChannelGrant.objects.filter(pk=grant.pk).update(expires_at=past)

    assert not reads(cast.sia, secret)
    assert expire_grant(actor=CLOCK, grant=grant)
    assert not ChannelGrant.objects.filter(pk=grant.pk).exists()


def test_a_second_grant_changes_the_first(cast, secret, give):
    first = give(secret, cast.sia.user, Level.VIEW)
    second = give(secret, cast.sia.user, Level.COMMENT)

    assert first.pk == second.pk
    assert ChannelGrant.objects.get(on=secret).level == "comment"


def test_without_a_seat_a_right_opens_nothing(cast, secret, give):
    give(secret, cast.sia.user)
    seat = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)

    remove_member(actor=cast.sol, seat=seat)

    assert not reads(cast.sia, secret)
    assert not ChannelPermission.objects.filter(user=cast.sia.user, content_object=secret).exists()


# ── Who may give what to whom ────────────────────────────────────────────────
def test_nobody_hands_on_more_than_they_hold(cast, secret, give):
    give(secret, cast.nils.user, Level.EDIT)

    with pytest.raises(AboveOwnRank):
        give(secret, cast.sia.user, Level.MANAGE, actor=cast.nils)
    with pytest.raises(AboveOwnRank):
        give(secret, cast.nils.user, Level.MANAGE, actor=cast.nils)
    assert give(secret, cast.sia.user, Level.EDIT, actor=cast.nils)


@pytest.mark.parametrize("who", ["sia", "gale"])
def test_who_only_reads_along_gives_nothing(cast, secret, give, who):
    give(secret, cast.user(who), Level.COMMENT)

    with pytest.raises(NotAllowed):
        give(secret, cast.nils.user, actor=cast.actor(who))


def test_who_has_no_seat_gets_nothing(cast, secret, give):
    with pytest.raises(InvalidInput) as refused:
        give(secret, cast.eve.user)
    assert refused.value.errors[0]["code"] == "not_in_workspace"


def test_an_organization_that_takes_no_part_gets_nothing(cast, secret, give):
    with pytest.raises(InvalidInput) as refused:
        give(secret, cast.eastgate)
    assert refused.value.errors[0]["code"] == "not_in_workspace"


def test_departments_are_named_by_their_own_organization(cast, secret, give):
    theirs = Department.objects.create(organization=cast.southbay, name="Moulds")

    with pytest.raises(InvalidInput) as refused:
        give(secret, theirs)
    assert refused.value.errors[0]["code"] == "not_yours"


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "past"), (None, "required"), (91, "too_late")], ids=["past", "none", "too long"]
)
def test_outsiders_get_an_end_that_fits(cast, secret, give, days, code):
    until = None if days is None else timezone.now() + timedelta(days=days)

    with pytest.raises(InvalidInput) as refused:
        give(secret, cast.sia.user, expires_at=until)

    assert refused.value.errors[0] == refused.value.errors[0] | {"pointer": "/expires_at", "code": code}


def test_a_contact_is_an_editor_at_most(cast, general, give):
    with pytest.raises(InvalidInput) as refused:
        give(general, cast.gale.user, Level.MANAGE)
    assert refused.value.errors[0]["code"] == "too_high"


# ── The index that guardian reads ────────────────────────────────────────────
def test_guardian_reads_the_same(cast, secret, give):
    from guardian.shortcuts import get_objects_for_user

    give(secret, cast.sia.user, Level.COMMENT)
    asked = {"klass": Channel, "accept_global_perms": False, "with_superuser": False}

    assert secret in get_objects_for_user(cast.sia.user, "chat.comment_channel", **asked)
    assert secret not in get_objects_for_user(cast.sia.user, "chat.edit_channel", **asked)


def test_the_index_follows_from_the_truth_whatever_happens(cast, secret, give):
    from chat.index import differences, rebuild

    give(secret, cast.southbay, Level.COMMENT)
    give(secret, cast.nils.user, Level.EDIT)
    add_to_channel(actor=cast.nora, channel=secret, user=cast.gale.user)
    seat = Member.objects.get(workspace=cast.apollo, user=cast.nils.user)
    change_member(actor=cast.nora, seat=seat, role="viewer")
    gone = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)
    remove_member(actor=cast.sol, seat=gone)
    assert differences() == 0
    add_member(actor=cast.sol, workspace=cast.apollo, user=cast.sia.user, role="commenter")
    assert differences() == 0
    assert rebuild() == ChannelPermission.objects.count() > 0
