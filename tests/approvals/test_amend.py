"""Changing and revoking what was approved: by a request of its own, which must be approved itself."""

from datetime import timedelta

import pytest

from approvals.errors import AmendmentUnderWay, RequestClosed, TooLate
from approvals.models import Instance
from approvals.operations import amend, conclude
from kernel.actor import Actor
from kernel.errors import NotAllowed
from tests.approvals.conftest import yes
from tests.approvals.ways import ended

PLATFORM = Actor.system("tests")


@pytest.fixture
def approved(cast, with_southbay):
    yes(cast.sol, with_southbay)
    return with_southbay.fresh()


def agree(cast, instance):
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, instance)
    conclude(actor=PLATFORM, amendment=instance.fresh())


def test_revoke_voids_once_it_is_approved_itself(cast, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="revoke")
    assert (new.amends_id, new.purpose, new.state) == (approved.pk, "revoke", "RUNNING")
    assert list(new.parties.values_list("organization", flat=True)) == [cast.southbay.pk]
    assert approved.fresh().state == "APPROVED"

    agree(cast, new)

    ended(approved, "VOIDED")
    assert not conclude(actor=PLATFORM, amendment=new.fresh()), "once"


def test_amend_supersedes_and_voids_nothing(cast, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="amend", changed={"quantity": 3})
    assert new.form["quantity"] == 3

    agree(cast, new)

    ended(approved, "APPROVED")
    assert approved.events.get(type="superseded_by").payload["instance"] == str(new.pk)


def test_one_at_a_time_within_its_days_and_by_who_asked(cast, approved):
    with pytest.raises(NotAllowed):
        amend(actor=cast.nora, instance=approved, purpose="revoke")
    amend(actor=cast.nils, instance=approved, purpose="revoke")
    with pytest.raises(AmendmentUnderWay):
        amend(actor=cast.nils, instance=approved, purpose="amend")
    Instance.objects.filter(amends=approved).update(state="REJECTED")
    Instance.objects.filter(pk=approved.pk).update(settled_at=approved.settled_at - timedelta(days=32))
    with pytest.raises(TooLate):
        amend(actor=cast.nils, instance=approved, purpose="revoke")


def test_what_runs_is_not_amended(cast, running):
    with pytest.raises(RequestClosed):
        amend(actor=cast.nils, instance=running, purpose="revoke")
