"""Whoever loses access loses every way in, at once; and the receipt says what was closed."""

import pytest

from access.levels import Level
from access.operations import revoke_access
from audit.models import Entry
from audit.tasks import seal
from chat.live import find
from chat.models import Channel, Message
from chat.notices import still_reads
from chat.operations import add_to_channel, open_channel, post_message, remove_from_channel
from kernel.acting import acting
from kernel.notices import Due
from kernel.nouns import uuid7
from orgs.models import Agreement, Membership, Partnership
from orgs.operations import end_membership, suspend_partnership, terminate_agreement
from workspaces.models import Member, Participant
from workspaces.operations import change_workspace, end_participation, hold_person, remove_member

WORDS = "The canary sings only inside"


def seat(cast, name):
    return Member.objects.get(workspace=cast.apollo, user=cast.user(name))


def take_the_seat(cast, place):
    remove_member(actor=cast.sol, seat=seat(cast, "sia"))


def let_her_go(cast, place):
    end_membership(actor=cast.sol, membership=Membership.objects.get(user=cast.sia.user))


def go_together(cast, place):
    part = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)
    end_participation(actor=cast.nora, participant=part)


def suspend(cast, place):
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    suspend_partnership(actor=cast.nora, partnership=partnership, reason="A leak.")


def end_the_agreement(cast, place):
    change_workspace(actor=cast.nora, workspace=cast.apollo, policy={"needs_agreement": True})
    terminate_agreement(actor=cast.nora, agreement=Agreement.objects.in_force().get())


def mark_it_confidential(cast, place):
    change_workspace(actor=cast.nora, workspace=cast.apollo, classification="confidential")


def take_back_the_right(cast, place):
    revoke_access(actor=cast.nora, grant=place.grants.get())


def take_the_name(cast, place):
    remove_from_channel(actor=cast.nora, channel=place, user=cast.sia.user)


def hold_her(cast, place):
    hold_person(actor=cast.nora, organization=cast.northwind, user=cast.sia.user, reason="A look at it.")


ENDINGS = [
    (take_the_seat, "open"),
    (let_her_go, "open"),
    (go_together, "open"),
    (suspend, "open"),
    (end_the_agreement, "open"),
    (mark_it_confidential, "open"),
    (take_back_the_right, "granted"),
    (take_the_name, "named"),
    (hold_her, "open"),
    (hold_her, "named"),
    (hold_her, "granted"),
]


@pytest.fixture
def place(cast, request, give):
    """Return a channel that Sia reads for one reason: it is open, she was added, or was given a right."""
    how = request.param
    kind = "open" if how == "open" else "private"
    channel = open_channel(actor=cast.nora, workspace=cast.apollo, name="canaries", kind=kind)
    if how == "named":
        add_to_channel(actor=cast.nora, channel=channel, user=cast.sia.user)
    if how == "granted":
        give(channel, cast.sia.user, Level.COMMENT)
    post_message(actor=cast.nora, channel=channel, body=WORDS)
    return Channel.objects.select_related("workspace").get(pk=channel.pk)


def ways_in(cast, channel, program, browser):
    """Yield every way to the words, with what it answers: a status, or whether it found them."""
    message = Message.objects.get(channel=channel)
    api = f"/api/v1/channels/{channel.pk}/"
    for path in (api, f"{api}messages/", f"{api}events/?after_seq=0", f"{api}members/"):
        yield path, program.get(path).status_code == 200
    yield "one message", program.get(f"/api/v1/messages/{message.pk}/").status_code == 200
    yield "receipts", program.get(f"/api/v1/messages/{message.pk}/receipts/").status_code == 200
    yield "who", program.get(f"/api/v1/access/who/?object=channel:{channel.pk}").status_code == 200
    yield "exposure", program.get(f"/api/v1/access/exposure/?object=channel:{channel.pk}").status_code == 200
    found = program.get("/api/v1/search/?q=canary")
    yield "search", found.status_code == 200 and WORDS in found.content.decode()
    for path in (f"/channels/{channel.pk}/", f"/channels/{channel.pk}/older/?before_seq=9"):
        yield path, WORDS in browser.get(path).content.decode()
    yield "its people", browser.get(f"/channels/{channel.pk}/details/").status_code == 200
    said = program.put(f"{api}read/", {"seq": 1})
    yield "marking it read", said.status_code in (200, 204)
    yield "the socket", find(cast.sia, channel.pk) is not None
    yield (
        "mail on its way",
        bool(still_reads(cast.sia.user, [Due(cast.sia.user_id, f"/channels/{channel.pk}/")])),
    )
    with acting(cast.sia):
        yield "the database", Message.objects.filter(channel=channel).exists()


@pytest.mark.parametrize(
    ("end", "place"), ENDINGS, ids=lambda one: getattr(one, "__name__", one), indirect=["place"]
)
def test_every_way_in_is_closed(cast, end, place, api, page):
    program, browser = api("sia"), page("sia")
    before = {way for way, is_open in ways_in(cast, place, program, browser) if is_open}
    assert len(before) >= 12, f"premise: she comes in by all of them, {before}"
    version = place.acl_version

    end(cast, place)

    still = {way for way, is_open in ways_in(cast, place, program, browser) if is_open}
    assert not still
    assert Channel.objects.get(pk=place.pk).acl_version > version, "sockets look again before they deliver"
    assert api("nora").get(f"/api/v1/channels/{place.pk}/").status_code == 200, "others go on"


def test_the_receipt_lists_what_was_closed(cast, api):
    api("sia")
    ended = end_membership(actor=cast.sol, membership=Membership.objects.get(user=cast.sia.user))
    seal()

    told = Entry.objects.get(name="orgs.membership_ended", subject_id=ended.pk, chain__kind="org")
    receipt = api("sol").get(f"/api/v1/orgs/{cast.southbay.pk}/audit/?act={told.correlation}").json()

    done = {one["action"] for one in receipt["results"]}
    assert {"orgs.membership_ended", "workspaces.member_removed"} <= done
    assert {one["act"] for one in receipt["results"]} == {str(told.correlation)}
    assert told.payload["tokens"] >= 1
    other = api("sol").get(f"/api/v1/orgs/{cast.southbay.pk}/audit/?act={uuid7()}").json()
    assert other["results"] == []
