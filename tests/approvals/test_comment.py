"""Saying something: who hears it stands with it."""

import pytest

from approvals.models import Comment
from approvals.operations import comment
from kernel.errors import InvalidInput, NotVisible


def test_a_shared_comment_is_heard_by_both_sides(cast, with_southbay):
    comment(actor=cast.sol, instance=with_southbay, body="By January.", audience="shared")

    heard = Comment.objects.filter(instance=with_southbay)
    assert heard.heard_by(cast.northwind.pk).count() == heard.heard_by(cast.southbay.pk).count() == 1


def test_an_internal_comment_stays_at_home(cast, with_southbay):
    comment(actor=cast.sol, instance=with_southbay, body="Our floor is 50.")

    heard = Comment.objects.filter(instance=with_southbay)
    assert (heard.heard_by(cast.northwind.pk).count(), heard.heard_by(cast.southbay.pk).count()) == (0, 1)


def test_who_takes_no_part_says_nothing(cast, running):
    with pytest.raises(NotVisible):
        comment(actor=cast.sol, instance=running, body="Hello?")
    with pytest.raises(InvalidInput):
        comment(actor=cast.nils, instance=running, body="   ")
