"""Who is seen to be here, by whom, and what they say of themselves."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chat.models import Channel
from kernel.acting import acting
from kernel.errors import InvalidInput
from notifications.operations import choose_rest
from notifications.rest import Hours
from orgs.operations import change_org
from presence.models import Status
from presence.operations import ask_for_quiet, be_back, clear_status, set_status
from presence.queries import told_of
from workspaces.operations import remove_member


def seen(actor, *others):
    """Return what the actor is told of these people, by name."""
    names = {one.user_id: one.user.name for one in others}
    with acting(actor):
        return {names[key]: told for key, told in told_of(actor, list(names)).items()}


def test_colleagues_and_those_who_share_a_channel_see_each_other(cast):
    everybody = [cast.nora, cast.nils, cast.sol, cast.sia, cast.gale, cast.otto, cast.eve]

    assert seen(cast.nora, *everybody).keys() == {
        cast.user(one).name for one in ("nora", "nils", "sol", "sia", "gale")
    }
    assert seen(cast.otto, *everybody).keys() == {cast.otto.user.name}
    assert seen(cast.eve, *everybody).keys() == {cast.eve.user.name}


def test_a_contact_sees_those_of_the_channel_they_were_let_into(cast):
    tooling = Channel.objects.get(workspace=cast.apollo, kind="private")
    inside = set(tooling.members.values_list("user__name", flat=True))
    assert cast.sia.user.name not in inside, "premise: Sia is in the room and not in Gale's channel"

    told = seen(cast.gale, cast.nora, cast.nils, cast.sol, cast.sia)

    assert told.keys() == inside - {cast.gale.user.name}
    assert seen(cast.sia, cast.gale) == {}


def test_an_organization_keeps_presence_to_itself(cast):
    assert cast.sol.user.name in seen(cast.nora, cast.sol), "premise: it is seen"

    change_org(actor=cast.sol, organization=cast.southbay, presence_outside=False)

    assert seen(cast.nora, cast.sol, cast.sia) == {}
    assert cast.sia.user.name in seen(cast.sol, cast.sia), "colleagues go on seeing each other"
    assert cast.nora.user.name in seen(cast.sol, cast.nora), "the other side decides for itself"


def test_who_leaves_the_room_sees_nobody_there_any_more(cast):
    assert cast.nora.user.name in seen(cast.sia, cast.nora), "premise: it is seen"

    with acting(cast.sol):
        seat = cast.apollo.members.get(user=cast.sia.user)
    remove_member(actor=cast.sol, seat=seat)

    assert seen(cast.sia, cast.nora) == {}


def test_a_status_ends_by_itself(cast):
    soon = timezone.now() + timedelta(hours=1)
    set_status(actor=cast.sol, emoji="🎧", words=" Deep  work ", until=soon)

    told = seen(cast.nora, cast.sol)[cast.sol.user.name]
    assert (told["status"]["emoji"], told["status"]["words"]) == ("🎧", "Deep work")

    Status.objects.filter(user=cast.sol.user).update(until=timezone.now())

    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["status"] is None


def test_a_status_is_changed_and_taken_away(cast):
    set_status(actor=cast.sol, words="One")
    set_status(actor=cast.sol, words="Two")
    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["status"]["words"] == "Two"

    clear_status(actor=cast.sol)

    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["status"] is None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"words": "  "},
        {"emoji": "x"},
        {"emoji": "<b>"},
        {"words": "a\u202eb"},
        {"words": "a", "until": timezone.now()},
    ],
)
def test_what_cannot_be_said_is_refused(cast, said):
    with pytest.raises(InvalidInput):
        set_status(actor=cast.sol, **said)

    assert not Status.objects.filter(user=cast.sol.user).exists()


def test_who_writes_sees_that_somebody_is_not_to_be_disturbed(cast):
    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["do_not_disturb"] is None, "premise: Sol may be"

    ask_for_quiet(actor=cast.sol, until=None)
    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["do_not_disturb"] == {"until": None}

    be_back(actor=cast.sol)
    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["do_not_disturb"] is None


def test_quiet_hours_count_like_words(cast):
    now = timezone.localtime(timezone.now(), ZoneInfo(cast.sol.user.time_zone))
    around = [(now + timedelta(hours=hours)).time().replace(microsecond=0) for hours in (-1, 1)]
    choose_rest(actor=cast.sol, quiet=Hours(*around), daily=False)

    assert seen(cast.nora, cast.sol)[cast.sol.user.name]["do_not_disturb"]["until"]


def test_others_rows_are_nobodys_to_read_or_write(cast):
    set_status(actor=cast.sol, words="Deep work")

    with acting(cast.nora):
        assert not Status.objects.exists()
        assert Status.objects.update(words="x") == 0
