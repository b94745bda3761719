"""Published migrations stay as they are, and the next ones are survived by the version before."""

import pytest
from django.db import models
from django.db.migrations import AddField, CreateModel, Migration

from collab import migration_lint, releases


@pytest.fixture
def house(tmp_path):
    """A house with one app, two migrations and an empty lock."""
    folder = tmp_path / "shoes" / "migrations"
    folder.mkdir(parents=True)
    for name in ("__init__", "0001_initial", "0002_laces"):
        (folder / f"{name}.py").write_text(f"# {name}\n")
    (tmp_path / "migrations.lock").touch()
    return tmp_path


def test_what_was_released_is_as_it_was():
    assert releases.broken() == []


def test_the_first_version_is_in_the_lock():
    assert "accounts/migrations/0001_initial.py" in releases.released()


def test_a_release_takes_in_what_is_new_and_nothing_else(house):
    assert releases.add(house) == ["shoes/migrations/0001_initial.py", "shoes/migrations/0002_laces.py"]
    (house / "shoes" / "migrations" / "0003_soles.py").touch()

    assert releases.add(house) == ["shoes/migrations/0003_soles.py"]
    assert releases.broken(house) == []


@pytest.mark.parametrize("word", ["changed", "removed"])
def test_a_released_migration_that_is_not_what_it_was_is_named(house, word):
    releases.add(house)
    migration = house / "shoes" / "migrations" / "0002_laces.py"
    migration.unlink() if word == "removed" else migration.write_text("# other laces\n")

    (sentence,) = releases.broken(house)

    assert sentence.startswith(f"shoes/migrations/0002_laces.py was released and has been {word}")


def test_a_release_does_not_forgive_what_was_changed(house):
    releases.add(house)
    (house / "shoes" / "migrations" / "0002_laces.py").write_text("# other laces\n")

    releases.add(house)

    assert releases.broken(house)


def migration(*operations):
    one = Migration("0009_more", "accounts")
    one.operations = operations
    return one


@pytest.mark.parametrize(
    ("field", "bare"),
    [
        (models.IntegerField(default=1), ["user.shoe"]),
        (models.IntegerField(db_default=1), []),
        (models.IntegerField(null=True), []),
        (models.ManyToManyField("accounts.Token"), []),
    ],
)
def test_a_column_that_the_version_before_cannot_fill_is_named(field, bare):
    assert list(migration_lint.bare_columns(migration(AddField("user", "shoe", field)))) == bare


def test_a_column_of_a_new_table_may_be_as_it_likes():
    table = CreateModel("Shoe", [("id", models.AutoField(primary_key=True))])

    assert not list(
        migration_lint.bare_columns(migration(table, AddField("shoe", "size", models.IntegerField())))
    )


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("# allows NOT_NULL: filled by the next operation", ["NOT_NULL"]),
        ("    # allows DROP_TABLE: nobody has ever written there", ["DROP_TABLE"]),
        ("# allows NOT_NULL:", []),
        ("# NOT_NULL is fine", []),
    ],
)
def test_an_exception_is_one_only_with_its_reason(line, codes):
    assert migration_lint.ALLOWED.findall(line) == codes
