"""One chain for each audience: what is changed or left out shows, what is hidden leaves no gap."""

import pytest

from approvals.engine.chain import first_broken
from approvals.models import InstanceEvent
from tests.approvals.conftest import yes


@pytest.fixture
def done(cast, with_southbay):
    yes(cast.sol, with_southbay)
    return with_southbay.fresh()


def heard(instance, org):
    return list(InstanceEvent.objects.filter(instance=instance).heard_by(org.pk).order_by("seq"))


def test_each_side_holds_whole_chains_of_what_it_hears(cast, done):
    for org in (cast.northwind, cast.southbay):
        events = heard(done, org)
        assert len({one.prev for one in events}) >= 2, "premise: more than one link"
        assert first_broken(done, events) is None
    inner = InstanceEvent.objects.filter(instance=done, audience=[cast.northwind.pk])
    assert not set(inner) & set(heard(done, cast.southbay)), "premise: some are hidden from Southbay"


def test_a_changed_event_shows(cast, done):
    events = heard(done, cast.northwind)
    events[2].payload = events[2].payload | {"node": "other"}

    assert first_broken(done, events) == events[2]


def test_a_missing_event_shows(cast, done):
    events = heard(done, cast.northwind)

    assert first_broken(done, events[:1] + events[2:]) is not None
    assert first_broken(done, events[:-1]) is not None, "nor may the last be missing"


def test_the_clock_tells_of_what_does_not_agree(cast, done, caplog):
    from approvals.models import Run
    from approvals.tasks import check

    check(str(done.pk))
    assert "do not agree" not in caplog.text
    Run.objects.filter(instance=done, node="manager").update(approved=7)

    check(str(done.pk))
    assert "counters" in caplog.text
