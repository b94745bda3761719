"""What a program may come up with that knows nothing but our OpenAPI: half of it fits, half does not, none is a defect.

Schemathesis reads the schema and invents; the requests are the same in every run.
"""

import json
from urllib.parse import urlencode

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.doors.addresses import addresses
from tests.doors.test_bad_input import desk  # noqa: F401  a fixture

PARTS, EACH = 4, 150
CALM = settings(
    max_examples=EACH,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def operations():
    written = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(written, default=str)))
    return [one.ok() for one in schema.get_all_operations()]


def inspired(operation, samples):
    """Return a strategy: ways to ask ``operation``, of things that are there and of things that are not."""
    route = operation.path.strip("/")
    address = next(one for one in addresses() if one.is_api and shape(one.route) == route)
    there = {name: str(samples.of(address)[name]) for name in address.slots}
    return st.one_of(
        [operation.as_strategy(mode, **of) for mode in MODES for of in ({"path_parameters": there}, {})]
    )


def shape(route):
    """Return a route as the OpenAPI writes it: ``orgs/<uuid:org_id>/`` is ``orgs/{org_id}/``."""
    parts = [
        "{" + one.strip("<>").rpartition(":")[2] + "}" if one.startswith("<") else one
        for one in route.split("/")
    ]
    return "/".join(parts).strip("/")


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_the_schema_inspires_is_a_defect(part, desk, samples, operations):  # noqa: F811
    ways = [inspired(one, samples) for one in operations[part::PARTS]]

    @CALM
    @given(st.one_of(ways))
    def knock(case):
        said = case.as_transport_kwargs(base_url="http://localhost")
        query = urlencode(said.get("params") or {}, doseq=True)
        body = json.dumps(said["json"]) if "json" in said else said.get("data") or b""
        answer, problems = desk.send_to(
            said["url"].removeprefix("http://localhost"), said["method"], body, query=query
        )
        assert answer.status_code < 500, problems
        assert not problems, problems

    knock()
