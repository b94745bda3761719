"""A database is taken only with the three logins that keep tenants apart; and migrations tell the whole truth."""

import os
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from collab import database
from collab.engines import SUPERUSER, EngineError, Engines
from tests.conftest import ground
from tests.ground import FOLDER


@pytest.fixture
def addresses(db) -> dict[str, str]:
    engines = Engines(Path(os.environ[FOLDER]))
    mine = settings.DATABASES["default"]["NAME"]
    return {name: engines.database_url(role, mine) for name, role in database.ADDRESSES.items()}


def test_our_own_is_fit(addresses):
    database.check(addresses)


@pytest.mark.parametrize("role", ["collab_owner", "postgres"])
def test_people_are_not_served_as_somebody_mightier(addresses, role):
    wrong = addresses | {"DATABASE_URL": addresses["DATABASE_URL"].replace("collab_app", role)}

    with pytest.raises(EngineError, match=f"signs in as {role}") as refused:
        database.check(wrong)

    assert "CREATE ROLE collab_app LOGIN" in str(refused.value)


def test_one_that_does_not_answer_is_named(addresses):
    with pytest.raises(EngineError, match="DATABASE_SYSTEM_URL does not open"):
        database.check(addresses | {"DATABASE_SYSTEM_URL": "postgres://collab_system@127.0.0.1:1/collab"})


def test_one_that_does_not_keep_chinese_is_refused(db, addresses):
    mine, other = settings.DATABASES["default"]["NAME"], f"ascii_{os.getpid()}"
    with psycopg.connect(
        host=str(ground.engines.run), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as one:
        one.execute(
            f"CREATE DATABASE {other} OWNER collab_owner TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
        )
        try:
            with pytest.raises(EngineError, match="encoded as SQL_ASCII; it must be UTF8"):
                database.check({name: url.replace(mine, other) for name, url in addresses.items()})
        finally:
            one.execute(f"DROP DATABASE {other} WITH (FORCE)")


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
