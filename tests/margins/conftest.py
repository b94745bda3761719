"""Things that Northwind and Southbay share, one of each kind, and what each side's people keep beside them."""

import pytest

from access.kinds import KINDS, reference
from approvals.models import Instance
from margins.operations import keep_fields, write_note
from orgs.models import Partnership

WORDS = "zq-canary: we would pay ¥54 at most"
VALUE = "zq-SUP-4711"


@pytest.fixture
def things(cast):
    """Each is known to Nora and Nils, to Sol, and but for the request to Sia."""
    rows = Instance.objects.filter(acting_org=cast.northwind, state="RUNNING", parties__isnull=False)
    return {
        "workspace": cast.apollo,
        "channel": cast.general,
        "approval": rows.select_related("acting_org").first(),
        "partnership": Partnership.objects.get(host=cast.northwind, partner=cast.southbay),
    }


@pytest.fixture(params=list(KINDS))
def kind(request):
    return request.param


@pytest.fixture
def thing(things, kind):
    return things[kind]


@pytest.fixture
def named(thing):
    return reference(thing)


@pytest.fixture
def note(cast, thing):
    return write_note(actor=cast.nora, thing=thing, body=WORDS)


@pytest.fixture
def fields(cast, thing):
    return keep_fields(actor=cast.nora, thing=thing, fields=[("Supplier number", VALUE)])
