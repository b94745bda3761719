"""Taking back: who may, and until when."""

import pytest

from approvals.errors import NeedsConsent, NotAssigned, RequestClosed
from approvals.models import Assignment, Run
from approvals.operations import create_definition, publish_definition, start, withdraw
from approvals.starters import PURCHASE_CHANGE
from kernel.errors import NotAllowed
from tests.approvals.conftest import MONEY, yes


def test_who_asked_takes_it_back(cast, running):
    assert withdraw(actor=cast.nils, instance=running).state == "WITHDRAWN"

    assert set(running.runs.values_list("state", flat=True)) == {Run.State.CANCELLED}
    assert set(running.assignments.values_list("state", flat=True)) == {Assignment.State.CANCELLED}


def test_nobody_else_does(cast, running):
    with pytest.raises(NotAllowed):
        withdraw(actor=cast.nora, instance=running)


def test_not_twice(cast, running):
    withdraw(actor=cast.nils, instance=running)

    with pytest.raises(RequestClosed):
        withdraw(actor=cast.nils, instance=running)
    with pytest.raises((NotAssigned, RequestClosed, Exception), match="already_decided"):
        yes(cast.nora, running)


def test_after_a_partner_has_agreed_it_needs_its_consent(cast):
    flow = [PURCHASE_CHANGE["flow"][2], PURCHASE_CHANGE["flow"][0]]
    version = create_definition(
        actor=cast.nora,
        organization=cast.northwind,
        body=PURCHASE_CHANGE | {"key": "partner.first", "flow": flow},
    )
    publish_definition(actor=cast.nora, version=version)
    form = {"supplier": str(cast.southbay.pk), "amount": MONEY, "reason": "x"}
    instance = start(actor=cast.nils, definition=version.definition.fresh(), title="Turned round", form=form)
    yes(cast.sol, instance)

    with pytest.raises(NeedsConsent):
        withdraw(actor=cast.nils, instance=instance)

    assert instance.fresh().state == "RUNNING"
