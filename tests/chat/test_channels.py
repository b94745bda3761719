"""Places to talk: opened, arranged, closed, and who is let in."""

import re

import pytest

from accounts.models import User
from chat.errors import AlreadyThere, NameTaken, OpenToAll
from chat.models import Channel, ChannelMember
from chat.operations import (
    add_to_channel,
    archive_channel,
    change_channel,
    note_access_change,
    open_channel,
    open_direct,
    remove_from_channel,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.rules import may
from tests.chat.conftest import fresh


def sees(actor, channel):
    return Channel.objects.visible_to(actor).filter(pk=channel.pk).exists()


def test_an_open_channel_is_everybodys_who_has_a_seat_but_the_contacts(cast, quiet):
    assert all(sees(actor, quiet) for actor in (cast.nora, cast.nils, cast.sol, cast.sia))
    assert not any(sees(actor, quiet) for actor in (cast.gale, cast.eve, cast.otto, cast.ada))


def test_a_private_channel_is_theirs_who_were_added(cast):
    private = open_channel(actor=cast.nora, workspace=cast.apollo, name="two of us", kind="private")
    assert sees(cast.nora, private)
    assert not sees(cast.sol, private)

    add_to_channel(actor=cast.nora, channel=private, user=cast.sol.user)
    assert sees(cast.sol, private)

    remove_from_channel(actor=cast.nora, channel=private, user=cast.sol.user)
    assert not sees(cast.sol, private)


def test_an_internal_channel_is_one_organizations(cast, pricing):
    assert sees(cast.nora, pricing)
    assert sees(cast.nils, pricing)
    assert not any(sees(actor, pricing) for actor in (cast.sol, cast.sia, cast.gale))

    for user in (cast.sol.user, cast.gale.user):
        with pytest.raises(InvalidInput):
            add_to_channel(actor=cast.nora, channel=pricing, user=user)


def test_only_ones_own_organization_has_internal_channels_of_ones_making(cast):
    with pytest.raises(InvalidInput):
        open_channel(actor=cast.sol, workspace=cast.apollo, name="x", internal_to=cast.northwind)


def test_who_only_reads_along_opens_nothing(cast):
    for actor in (cast.sia, cast.gale):
        with pytest.raises(NotAllowed):
            open_channel(actor=actor, workspace=cast.apollo, name="x")


def test_two_open_channels_do_not_share_a_name(cast, quiet):
    with pytest.raises(NameTaken):
        open_channel(actor=cast.sol, workspace=cast.apollo, name="quiet")
    with pytest.raises(NameTaken):
        change_channel(actor=cast.nora, channel=quiet, name="general")


def test_a_partner_may_use_a_name_that_another_keeps_inside(cast, pricing):
    opened = open_channel(actor=cast.sol, workspace=cast.apollo, name=pricing.name)

    assert opened.pk != pricing.pk


def test_who_opened_it_and_managers_change_it(cast):
    by_nils = open_channel(actor=cast.nils, workspace=cast.apollo, name="by nils")

    change_channel(actor=cast.nils, channel=by_nils, topic="first")
    change_channel(actor=cast.nora, channel=by_nils, topic="second")
    with pytest.raises(NotAllowed):
        change_channel(actor=cast.sia, channel=by_nils, topic="third")

    assert fresh(by_nils).topic == "second"
    assert fresh(by_nils).last_event_seq == 2


def test_an_archived_channel_is_still_read(cast, quiet):
    archive_channel(actor=cast.nora, channel=quiet)

    assert sees(cast.sol, quiet)


def test_only_people_of_the_room_are_let_in_and_once(cast, tooling):
    with pytest.raises(AlreadyThere):
        add_to_channel(actor=cast.nora, channel=tooling, user=cast.sol.user)
    for stranger in (cast.eve.user, cast.otto.user):
        with pytest.raises(InvalidInput):
            add_to_channel(actor=cast.nora, channel=tooling, user=stranger)


def test_an_open_channel_lists_contacts_only(cast, quiet):
    with pytest.raises(OpenToAll):
        add_to_channel(actor=cast.nora, channel=quiet, user=cast.sol.user)

    add_to_channel(actor=cast.nora, channel=quiet, user=cast.gale.user)
    assert sees(cast.gale, quiet)


def test_letting_in_and_out_raises_the_version(cast, quiet):
    before = fresh(quiet).acl_version
    add_to_channel(actor=cast.nora, channel=quiet, user=cast.gale.user)
    between = fresh(quiet).acl_version

    remove_from_channel(actor=cast.nora, channel=quiet, user=cast.gale.user)

    assert before < between < fresh(quiet).acl_version


def test_one_may_go_by_oneself_and_sends_nobody_else_away(cast, tooling):
    with pytest.raises(NotAllowed):
        remove_from_channel(actor=cast.gale, channel=tooling, user=cast.sol.user)

    remove_from_channel(actor=cast.gale, channel=tooling, user=cast.gale.user)

    assert not sees(cast.gale, tooling)


def test_a_change_of_access_is_the_platforms_to_note(cast):
    with pytest.raises(NotAllowed):
        note_access_change(actor=cast.nora, workspace_id=cast.apollo.pk, user_ids=())

    before = set(Channel.objects.filter(workspace=cast.apollo).values_list("pk", "acl_version"))
    note_access_change(
        actor=Actor.system("tests"), workspace_id=cast.apollo.pk, user_ids=(cast.gale.user.pk,)
    )

    after = set(Channel.objects.filter(workspace=cast.apollo).values_list("pk", "acl_version"))
    assert after == {(pk, version + 1) for pk, version in before}
    assert not ChannelMember.objects.filter(channel__workspace=cast.apollo, user=cast.gale.user).exists()


def test_a_direct_message_has_one_place_for_the_same_people(cast):
    ours = open_direct(actor=cast.nora, users=[cast.nils.user, cast.sol.user])

    assert open_direct(actor=cast.sol, users=[cast.nora.user, cast.nils.user]).pk == ours.pk
    assert open_direct(actor=cast.nora, users=[cast.nils.user]).pk != ours.pk
    assert not sees(cast.sia, ours)


def test_a_group_holds_those_alone_who_may_all_write_to_each_other(cast):
    known = User.objects.visible_to(cast.nora)
    assert {cast.ada.user, cast.sol.user} <= set(known), "premise: Nora may write to either"

    with pytest.raises(InvalidInput) as refused:
        open_direct(actor=cast.nora, users=[cast.ada.user, cast.sol.user])
    assert refused.value.errors[0]["code"] == "strangers"
    assert cast.ada.user.name in refused.value.errors[0]["detail"]

    for others in ([cast.ada], [cast.sol], [cast.nils, cast.sol, cast.gale]):
        place = open_direct(actor=cast.nora, users=[one.user for one in others])
        for one in (cast.nora, *others):
            with acting(one):
                assert may(one, "chat.post", place), one.user.name


def test_nobody_talks_to_themselves_alone(cast):
    with pytest.raises(InvalidInput):
        open_direct(actor=cast.nora, users=[cast.nora.user])


def test_a_private_channel_is_called_shared_only_while_others_are_in_it(cast, page, tooling):
    shared = "Shared with other organizations"

    def said_of(name):
        shown = page("nora").get("/").content.decode()
        return re.search(rf'<a class="nav-item[^>]*href="/channels/{name.pk}/".*?</a>', shown, re.S)[0]

    own = open_channel(actor=cast.nora, workspace=cast.apollo, name="among us", kind="private")
    assert shared not in said_of(own)
    assert shared in said_of(tooling)
    add_to_channel(actor=cast.nora, channel=own, user=cast.nils.user)
    assert shared not in said_of(own)

    add_to_channel(actor=cast.nora, channel=own, user=cast.sol.user)

    assert shared in said_of(own)
    remove_from_channel(actor=cast.nora, channel=own, user=cast.sol.user)
    assert shared not in said_of(own)
    add_to_channel(actor=cast.nora, channel=own, user=cast.gale.user)
    assert shared in said_of(own), "a contact is of another company"
