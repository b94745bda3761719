import pytest

from chat.models import Channel, ChannelEvent, ReadMark
from chat.operations import mark_read, react, unreact
from chat.queries import with_unread
from kernel.errors import NotAllowed
from tests.chat.conftest import fresh, said


def unread(channel, actor):
    found = with_unread(Channel.objects.filter(pk=channel.pk), actor).get()
    return found.unread, found.named


def test_a_sign_is_put_once_and_taken_back(cast, quiet):
    (message,) = said(quiet, cast.nora, "look")

    react(actor=cast.sol, message=message, emoji="👍")
    react(actor=cast.sol, message=message, emoji="👍")
    assert message.reactions.count() == 1
    unreact(actor=cast.sol, message=message, emoji="👍")
    unreact(actor=cast.sol, message=message, emoji="👍")

    assert not message.reactions.exists()
    types = ChannelEvent.objects.filter(channel=quiet).order_by("seq").values_list("type", flat=True)
    assert list(types) == ["message.posted", "reaction.changed", "reaction.changed"]


def test_nobody_takes_back_anothers_sign(cast, quiet):
    (message,) = said(quiet, cast.nora, "look")
    react(actor=cast.sol, message=message, emoji="👍")

    unreact(actor=cast.nora, message=message, emoji="👍")

    assert message.reactions.count() == 1


def test_who_only_reads_along_puts_no_sign(cast, quiet):
    (message,) = said(quiet, cast.nora, "look")

    with pytest.raises(NotAllowed):
        react(actor=cast.sia, message=message, emoji="👍")


def test_reading_moves_forward_only_and_not_beyond_what_there_is(cast, quiet):
    said(quiet, cast.nora, "one", "two", "three")

    assert mark_read(actor=cast.sol, channel=quiet, seq=2) == 2
    assert mark_read(actor=cast.sol, channel=quiet, seq=1) == 2
    assert mark_read(actor=cast.sol, channel=quiet, seq=99) == 3
    assert ReadMark.objects.filter(channel=quiet).count() == 1


def test_what_is_unread_and_where_one_is_named_is_counted(cast, quiet):
    said(quiet, cast.nora, "one", f"two, @{cast.sol.user.name}", "three")
    assert unread(quiet, cast.sol) == (3, 1)

    mark_read(actor=cast.sol, channel=quiet, seq=1)
    assert unread(quiet, cast.sol) == (2, 1)

    mark_read(actor=cast.sol, channel=quiet, seq=3)
    assert unread(fresh(quiet), cast.sol) == (0, 0)
