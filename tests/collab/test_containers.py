"""The compose file describes the same platform as `make up`."""

import re
from pathlib import Path

import pytest
import yaml

from collab import database

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_our_processes_are_those_of_make_up(compose, name):
    service = compose["services"][name]

    assert service["command"] == ["python", "-m", "collab.processes", name]
    assert {"DATABASE_URL", "DATABASE_SYSTEM_URL", "REDIS_URL", "SECRET_KEY"} <= set(service["environment"])
    assert "DATABASE_OWNER_URL" not in service["environment"], "only migrations own the tables"


def test_web_can_be_many(compose):
    web = compose["services"]["web"]

    assert not {"ports", "container_name"} & set(web)
    assert "web 8000" in (ROOT / "docker" / "Caddyfile").read_text()


def test_everything_named_is_there(compose):
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists()
    assert services["postgres"]["image"] == f"postgres:{database.NEEDED}"


def test_no_secret_has_a_default(compose):
    text = (ROOT / "docker-compose.yml").read_text()

    assert set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", text))
    assert not re.findall(r"\$\{\w*(?:PASSWORD|SECRET)\w*(?::-|-)", text)


def test_the_roles_are_those_that_a_refusal_names():
    made = re.findall(r"CREATE ROLE (\w+)", (ROOT / "docker" / "roles.sh").read_text())

    assert made == re.findall(r"CREATE ROLE (\w+)", database.SETUP) == list(database.ADDRESSES.values())
