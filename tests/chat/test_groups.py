"""A direct message of several people: named by any of them, and left."""

import re

import pytest
from django.urls import reverse

from audit import tasks
from chat import live
from chat.errors import DirectStays
from chat.models import Channel, Message, readers_of
from chat.operations import (
    archive_channel,
    change_channel,
    delete_message,
    edit_message,
    mark_read,
    open_direct,
    post_message,
    post_to_acknowledge,
    remove_from_channel,
)
from chat.operations.channels import name_for
from chat.queries import with_unread
from kernel.errors import InvalidInput, NotAllowed, NotVisible
from notifications.models import Notice
from tests.chat.conftest import fresh, said


@pytest.fixture
def group(cast):
    """Nora, Nils and Sol."""
    return open_direct(actor=cast.nora, users=[cast.nils.user, cast.sol.user])


def lines(group):
    rows = Message.objects.filter(channel=group, card__has_key="line").order_by("seq")
    return [(one.author_id, one.card["line"]) for one in rows]


def test_anybody_in_it_names_it_for_all_and_empty_is_its_people_again(cast, group):
    people = name_for(group, cast.nora.user_id)
    assert cast.sol.user.name in people, "premise"

    change_channel(actor=cast.sol, channel=group, name=" Moulds ")
    change_channel(actor=cast.sol, channel=group, name="Moulds")

    assert {name_for(fresh(group), one.user_id) for one in (cast.nora, cast.nils, cast.sol)} == {"Moulds"}
    change_channel(actor=cast.nora, channel=group, name="")
    assert name_for(fresh(group), cast.nora.user_id) == people
    named, taken = {"kind": "renamed", "name": "Moulds"}, {"kind": "renamed", "name": ""}
    assert lines(group) == [(cast.sol.user_id, named), (cast.nora.user_id, taken)]


def test_nothing_else_of_it_changes_and_two_have_no_name(cast, group, direct):
    with pytest.raises(InvalidInput):
        change_channel(actor=cast.nora, channel=group, topic="Prices")
    with pytest.raises(NotAllowed):
        change_channel(actor=cast.nora, channel=direct, name="Us two")
    with pytest.raises(DirectStays):
        archive_channel(actor=cast.nora, channel=group)


def test_who_left_reads_and_receives_nothing_more_and_what_they_said_stays(cast, group):
    (words,) = said(group, cast.sol, "I was here.")

    remove_from_channel(actor=cast.sol, channel=group, user=cast.sol.user)

    assert readers_of(group) == {cast.nora.user_id, cast.nils.user_id}
    assert not Channel.objects.visible_to(cast.sol).filter(pk=group.pk).exists()
    assert not Message.objects.visible_to(cast.sol).filter(channel=group).exists()
    assert live.find(cast.sol, group.pk) is None
    assert words.fresh().body == "I was here."
    assert lines(group) == [(cast.sol.user_id, {"kind": "left"})]
    with pytest.raises((NotAllowed, NotVisible)):
        post_message(actor=cast.sol, channel=fresh(group), body="Still here?")
    tasks.seal()
    Notice.objects.all().delete()
    said(fresh(group), cast.nora, "Among us.")
    tasks.seal()
    assert {one.recipient_id for one in Notice.objects.all()} == {cast.nils.user_id}


def test_it_is_not_found_again_by_the_people_who_were_or_are_in_it(cast, group):
    before = group.acl_version

    remove_from_channel(actor=cast.sol, channel=group, user=cast.sol.user)

    assert fresh(group).acl_version > before, "sockets look again"
    assert open_direct(actor=cast.nora, users=[cast.nils.user, cast.sol.user]) != group
    assert open_direct(actor=cast.nora, users=[cast.nils.user]) != group, (
        "what was said to three is not of two"
    )


def test_two_stay_and_nobody_lets_another_out(cast, group, direct):
    with pytest.raises(DirectStays):
        remove_from_channel(actor=cast.nora, channel=direct, user=cast.nora.user)
    with pytest.raises(DirectStays):
        remove_from_channel(actor=cast.nora, channel=group, user=cast.sol.user)

    assert cast.sol.user_id in readers_of(group)


def test_its_lines_are_nobodys_words(cast, group):
    tasks.seal()
    Notice.objects.all().delete()
    change_channel(actor=cast.nora, channel=group, name="Moulds")
    line = Message.objects.get(channel=group)

    tasks.seal()

    assert not Notice.objects.exists(), "no letter tells of it"
    for verb in (
        lambda: edit_message(actor=cast.nora, message=line, body="x"),
        lambda: delete_message(actor=cast.nora, message=line),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_pages_name_and_leave_it(cast, page, group, direct):
    where, out = (reverse(one, args=[group.pk]) for one in ("channel_settings", "channel_departure"))
    assert where in page("nora").get(reverse("channel", args=[group.pk])).content.decode()
    assert page("nora").get(reverse("channel_settings", args=[direct.pk])).status_code == 404
    assert page("otto").post(out).status_code == 404

    page("nora").post(where, {"name": "Moulds"})

    shown = page("sol").get(reverse("channel", args=[group.pk])).content.decode()
    assert shown.count("Moulds") > 2, "in the title, in the sidebar, and in a line"
    assert "将群聊命名为 Moulds" in shown
    page("sol").post(out)
    assert page("sol").get(reverse("channel", args=[group.pk])).status_code == 404
    assert "Left the group" in page("nora").get(reverse("channel", args=[group.pk])).content.decode()


def test_programs_name_and_leave_it(cast, api, group):
    where = f"channels/{group.pk}/"
    assert api("sol").patch(where, {"name": "Moulds"}).json()["name"] == "Moulds"
    assert api("otto").patch(where, {"name": "Mine"}).status_code == 404
    (line,) = api("nora").get(f"{where}messages/").json()["results"]
    assert line["line"] == {"kind": "renamed", "name": "Moulds"}
    refused = api("nora").delete(f"{where}members/", {"user": str(cast.sol.user_id)})
    assert refused.json()["code"] == "direct_stays"
    assert api("sol").delete(f"{where}members/", {"user": str(cast.sol.user_id)}).status_code == 204
    assert api("sol").get(where).status_code == 404


def unread_of(actor, group):
    return with_unread(Channel.objects.filter(pk=group.pk), actor).get().unread


def test_a_line_is_nothing_new_to_who_has_read_all_before_it(cast, group):
    (words,) = said(group, cast.sol, "I was here.")
    mark_read(actor=cast.nora, channel=group, seq=words.seq)
    assert (unread_of(cast.nora, group), unread_of(cast.nils, group)) == (0, 1), "premise"

    change_channel(actor=cast.sol, channel=group, name="Moulds")
    remove_from_channel(actor=cast.sol, channel=fresh(group), user=cast.sol.user)

    assert unread_of(cast.nora, group) == 0
    assert unread_of(cast.nils, group) == 3, "who is behind still sees it with what came before"


def test_a_first_line_is_nothing_new_either(cast, group):
    change_channel(actor=cast.sol, channel=group, name="Moulds")

    assert unread_of(cast.nora, group) == 0


def test_the_head_of_an_open_page_hears_that_somebody_left(
    cast, group, monkeypatch, django_capture_on_commit_callbacks
):
    heard, told = [], []
    monkeypatch.setattr(live, "publish", lambda topic, kind, *said, **more: heard.append((topic, kind)))
    monkeypatch.setattr(live, "publish_to", lambda people, *said: told.append(set(people)))

    with django_capture_on_commit_callbacks(execute=True):
        remove_from_channel(actor=cast.sol, channel=group, user=cast.sol.user)

    assert (f"channel:{group.pk}", "channel.changed") in heard
    assert {cast.nora.user_id, cast.nils.user_id} in told, "and the sidebars of those who stay"


def test_who_is_to_take_note_in_a_direct_message_stands_under_its_people(cast, group, page):
    message = post_to_acknowledge(actor=cast.nora, channel=group, body="The line stands still.")
    sheet = page("nora").get(reverse("message", args=[group.pk, message.pk])).content.decode()

    titles = [re.sub("<[^>]+>", "", one) for one in re.findall("<h4>(.*?)<span class=.count", sheet)]
    assert titles == [name_for(group, cast.nora.user_id)]
