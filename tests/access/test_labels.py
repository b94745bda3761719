"""Labels: a channel may be stricter than its room, never looser; lowering one is for the organization that owns it."""

import pytest

from access.levels import Level
from chat.access import weigh
from chat.operations import change_channel, open_channel
from kernel.errors import NotAllowed
from workspaces.models import Member
from workspaces.operations import change_member, change_workspace


@pytest.fixture
def theirs(cast):
    """Return an open channel that Sol of Southbay opened, and so may change."""
    return open_channel(actor=cast.sol, workspace=cast.apollo, name="moulds")


def test_a_stricter_label_closes_the_channel_to_who_is_not_cleared(cast, theirs):
    assert weigh(cast.sia, theirs).allows(Level.VIEW), "premise: it is open to her"

    change_channel(actor=cast.nora, channel=theirs, label="confidential")

    marked = theirs.fresh()
    assert marked.classification == "confidential"
    assert not weigh(cast.sia, marked).allows(Level.VIEW)
    assert weigh(cast.nils, marked).allows(Level.VIEW), "the host is cleared for its own room"


def test_a_looser_label_than_the_rooms_changes_nothing(cast, theirs):
    change_channel(actor=cast.nora, channel=theirs, label="public")

    assert theirs.fresh().classification == "internal"


@pytest.fixture
def nils(cast):
    """Let Nils, who is neither owner nor admin, manage the room."""
    seat = Member.objects.get(workspace=cast.apollo, user=cast.nils.user)
    change_member(actor=cast.nora, seat=seat, role="manager")
    return cast.nils


def test_a_manager_raises_a_label_and_does_not_lower_it(cast, nils, theirs):
    change_channel(actor=nils, channel=theirs, label="confidential")

    with pytest.raises(NotAllowed) as refused:
        change_channel(actor=nils, channel=theirs, label="")

    assert refused.value.rule == "workspaces.lower_label"
    assert change_channel(actor=cast.nora, channel=theirs, label="").classification == "internal"


def test_so_it_is_with_the_rooms_own(cast, nils):
    change_workspace(actor=nils, workspace=cast.apollo, classification="confidential")

    with pytest.raises(NotAllowed):
        change_workspace(actor=nils, workspace=cast.apollo, classification="public")

    assert change_workspace(actor=cast.nora, workspace=cast.apollo, classification="internal")
