"""What the catalogue promises is what leaves: of each kind one resource, as each side may see it."""

import json

import pytest
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder

from approvals.models import Instance
from kernel.events import EVENTS
from orgs.models import Membership, Partnership
from watching.models import Alert
from webhooks.catalogue import CATALOGUE, drawn
from webhooks.examples import EXAMPLES
from workspaces.models import Participant


@pytest.fixture
def things(cast):
    now = timezone.now()
    rows = Instance.objects.filter(acting_org=cast.northwind, state="RUNNING", parties__isnull=False)
    return {
        "message": cast.general.messages.filter(thread=None).first().pk,
        "approval": rows.first().pk,
        "workspace": cast.apollo.pk,
        "participant": Participant.objects.get(workspace=cast.apollo, organization=cast.southbay).pk,
        "partnership": Partnership.objects.get(host=cast.northwind, partner=cast.southbay).pk,
        "alert": Alert.objects.create(
            organization=cast.northwind,
            user=cast.sol.user,
            kind="volume",
            severity="low",
            threshold=1,
            counted=1,
            counted_at=now,
            begins_at=now,
            ends_at=now,
        ).pk,
        "member": Membership.objects.get(organization=cast.northwind, user=cast.nils.user).pk,
    }


def shape(value):
    """Return the names in an example, and those inside of what is always there."""
    return {name: shape(one) if isinstance(one, dict) and name in ("author", "thread", "definition") else None
            for name, one in value.items()}  # fmt: skip


@pytest.mark.parametrize("told", CATALOGUE.values(), ids=list(CATALOGUE))
def test_each_name_stands_for_a_fact_that_somebody_tells(told):
    fact = EVENTS[told.fact]

    assert told.key in fact.__dataclass_fields__
    assert told.group in EXAMPLES


@pytest.mark.parametrize("group", EXAMPLES)
def test_the_examples_are_true_to_what_leaves(cast, things, group):
    told = next(one for one in CATALOGUE.values() if one.group == group)

    shown = drawn(told.name, things[group], cast.northwind)

    said = json.loads(json.dumps(shown.resource, cls=JSONEncoder))
    assert shape(said) == shape(EXAMPLES[group])


@pytest.mark.parametrize("group", EXAMPLES)
def test_who_has_no_part_in_it_is_shown_nothing(cast, things, group):
    told = next(one for one in CATALOGUE.values() if one.group == group)
    assert drawn(told.name, things[group], cast.northwind), "premise: Northwind sees it"

    assert drawn(told.name, things[group], cast.eastgate) is None


def test_of_a_request_each_side_is_shown_its_own(cast, things):
    """As on its own pages: the partner learns no name and no step of the asking side, and can do nothing with it."""
    ours = drawn("approval.asked", things["approval"], cast.northwind).resource
    theirs = drawn("approval.asked", things["approval"], cast.southbay).resource

    assert ours["workspace"]
    assert theirs["workspace"] is None
    assert theirs["submitted_at"] is None
    parties = {run["party"] for run in theirs["runs"]}
    assert len(theirs["runs"]) < len(ours["runs"]) or parties != {run["party"] for run in ours["runs"]}
    assert ours["can"] == theirs["can"] == []
    assert drawn("member.left", things["member"], cast.southbay) is None
