"""The published OpenAPI says what the API is, and its making leaves nothing to guess."""

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_the_description_is_written_without_a_warning(capsys):
    GENERATOR_STATS.reset()
    document = SchemaGenerator().get_schema(request=None, public=True)

    assert not GENERATOR_STATS, capsys.readouterr().err
    validate_schema(document)


def test_resources_of_two_apps_are_two_and_every_way_has_its_own_name():
    document = SchemaGenerator().get_schema(request=None, public=True)
    ways = [way["operationId"] for path in document["paths"].values() for way in path.values()]

    assert {"OrgsMemberOutput", "WorkspacesMemberOutput"} <= set(document["components"]["schemas"])
    assert len(ways) == len(set(ways))
    assert not [name for name in ways if name[-1].isdigit()]
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
