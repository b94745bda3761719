"""What ends elsewhere ends here in the same transaction, as the login of whoever ended it allows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Channel, ChannelMember
from chat.operations import add_to_channel, open_channel
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.models import Membership
from orgs.operations import block_contact, end_membership, end_partnership, suspend_partnership
from workspaces.models import Member, Participant, WorkspaceGrant
from workspaces.operations import (
    accept_participation,
    close_between,
    end_participation,
    expire_seat,
    remove_member,
    unseat,
)
from workspaces.tasks import expire_all


def people_of(workspace, organization):
    return Member.objects.filter(workspace=workspace, organization=organization)


@pytest.fixture
def versions(cast):
    """Return what each channel of apollo counts changes of access at."""
    return lambda: dict(Channel.objects.filter(workspace=cast.apollo).values_list("pk", "acl_version"))


@pytest.mark.parametrize("verb", [end_partnership, suspend_partnership])
@pytest.mark.parametrize("who", ["nora", "sol"])
def test_the_end_of_a_partnership_closes_the_seats(cast, partnership, part, verb, who):
    assert people_of(cast.apollo, cast.southbay).count() == 2, "premise: Sol and Sia sit there"
    reason = {"reason": "Audit"} if verb is suspend_partnership else {}
    verb(actor=cast.actor(who), partnership=partnership, **reason)

    assert not people_of(cast.apollo, cast.southbay).exists()
    assert not WorkspaceGrant.objects.filter(
        content_object=cast.apollo, user__in=[cast.sol.user_id, cast.sia.user_id]
    ).exists()
    assert part("southbay").state == Participant.State.REMOVED
    assert people_of(cast.apollo, cast.northwind).exists()


def test_it_closes_the_rooms_of_the_other_side_too(cast, partnership, asked):
    accept_participation(actor=cast.nora, participant=asked)
    end_partnership(actor=cast.sol, partnership=partnership)

    assert not people_of(asked.workspace, cast.northwind).exists()
    assert asked.fresh().state == Participant.State.REMOVED


def test_one_who_sits_nowhere_ends_it_just_as_well(cast, partnership, asked, seat):
    """Whoever ends it reaches the rooms through their organization alone; nobody's seat may outlive it."""
    accept_participation(actor=cast.nora, participant=asked)
    own = asked.workspace.members.get(user=cast.nora.user)
    Member.objects.create(
        workspace=asked.workspace, user=cast.nils.user, organization=cast.northwind, added_by=cast.nora.user
    )
    remove_member(actor=cast.nora, seat=own)
    end_partnership(actor=cast.nora, partnership=partnership)

    assert not people_of(asked.workspace, cast.northwind).exists()


def test_an_organization_leaves_though_its_owner_has_no_seat(cast, part, seat):
    remove_member(actor=cast.sol, seat=seat("sol"))
    assert people_of(cast.apollo, cast.southbay).get().user == cast.sia.user, "premise: Sia still sits there"
    end_participation(actor=cast.sol, participant=part("southbay"))

    assert not people_of(cast.apollo, cast.southbay).exists()
    assert not WorkspaceGrant.objects.filter(content_object=cast.apollo, user=cast.sia.user).exists()
    assert part("southbay").state == Participant.State.LEFT


def test_offboarding_ends_the_seats(cast):
    nils = Membership.objects.get(user=cast.nils.user)
    end_membership(actor=cast.nora, membership=nils)

    assert not Member.objects.filter(user=cast.nils.user).exists()
    assert not WorkspaceGrant.objects.filter(user=cast.nils.user).exists()


def test_who_leaves_their_organization_leaves_its_rooms(cast, versions):
    before = versions()
    end_membership(actor=cast.sia, membership=Membership.objects.get(user=cast.sia.user))

    assert not Member.objects.filter(user=cast.sia.user).exists()
    assert any(now > before[key] for key, now in versions().items())


def test_a_blocked_contact_loses_the_seat(cast, gale_contact):
    assert Member.objects.filter(user=cast.user("gale")).exists(), "premise: Gale sits in apollo"
    block_contact(actor=cast.nora, contact=gale_contact)

    assert not Member.objects.filter(user=cast.user("gale")).exists()


def test_access_changes_are_ordered_with_what_is_said(cast, seat, versions):
    """Whoever goes, the channels they read are told so, or a message could still reach them."""
    before = versions()
    remove_member(actor=cast.nils, seat=seat("nils"))
    assert versions()[cast.general.pk] > before[cast.general.pk]


def test_who_goes_is_in_no_channel_any_more(cast, seat):
    private = open_channel(actor=cast.nora, workspace=cast.apollo, name="prices", kind="private")
    add_to_channel(actor=cast.nora, channel=private, user=cast.nils.user)
    remove_member(actor=cast.nils, seat=seat("nils"))

    assert not ChannelMember.objects.filter(channel__workspace=cast.apollo, user=cast.nils.user).exists()


def test_a_seat_ends_with_its_time(cast, seat):
    gale = seat("gale")
    expire_seat(actor=Actor.system("clock"), seat=gale)
    assert Member.objects.filter(pk=gale.pk).exists(), "not before"

    Member.objects.filter(pk=gale.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_all()
    expire_all()

    assert not Member.objects.filter(pk=gale.pk).exists()
    assert not WorkspaceGrant.objects.filter(user=cast.user("gale")).exists()


def test_these_verbs_are_the_platforms_alone(cast):
    with pytest.raises(NotAllowed):
        unseat(actor=cast.nora, user_id=cast.sia.user_id, organization_id=cast.southbay.pk)
    with pytest.raises(NotAllowed):
        close_between(actor=cast.nora, one_id=cast.northwind.pk, other_id=cast.southbay.pk)
