"""What a request of three steps costs in statements, from asking to approval."""

from contextlib import ExitStack

from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.approvals.conftest import purchase, yes

MOST = 17


def test_three_steps_cost_no_more_statements_than_they_did(cast):
    before = purchase(cast)  # whatever is read once a process is read
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, before)
    with ExitStack() as stack:
        seen = [stack.enter_context(CaptureQueriesContext(connections[name])) for name in connections]
        instance = purchase(cast)
        for who in (cast.nora, cast.nora, cast.sol):
            yes(who, instance)
    told = [one["sql"] for queries in seen for one in queries.captured_queries]
    assert instance.fresh().state == "APPROVED"
    assert len(told) <= MOST
