"""What `manage.py upgrade` makes of a database is what Django makes of it; it only looks at fewer models on the way."""

import lzma
import os
import subprocess

import pytest
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from collab import backups
from collab.engines import binary
from collab.executor import concerned
from tests.upgrades.test_from_0_1_0 import DUMP

SOAKS = bool(os.environ.get("SOAK_SECONDS"))


def drawn(address):
    """Return every table, function, policy and privilege of a database, as pg_dump writes them."""
    said = subprocess.check_output([binary("pg_dump"), "--schema-only", address], text=True)
    return [line for line in said.splitlines() if "restrict" not in line]


@pytest.mark.parametrize(
    "before", [None, DUMP] if SOAKS else [None], ids=lambda one: "0.1.0" if one else "nothing"
)
def test_a_database_comes_out_as_django_makes_it(empty, run, tmp_path, before):
    drawings = []
    for way in ("upgrade", "migrate"):
        there = empty(f"by_{way}")
        if before:
            file = tmp_path / "before.dump"
            file.write_bytes(lzma.decompress(before.read_bytes()))
            backups.restore(there.address, file)
        done = run(there.env, "manage.py", way)
        assert done.code == 0, done.err
        drawings.append(drawn(there.address))

    assert len(drawings[0]) > 10_000, "premise: there is a lot to draw"
    assert drawings[0] == drawings[1]


def state():
    """A house has rooms, a room a lamp; a street knows of neither, and a guest of houses and friends."""
    key = ("id", models.AutoField(primary_key=True))
    leads = {
        "Street": (),
        "House": (("number", models.IntegerField(unique=True)),),
        "Room": (("house", models.ForeignKey("town.House", models.CASCADE)),),
        "Lamp": (("room", models.ForeignKey("town.Room", models.CASCADE)),),
        "Guest": (
            ("houses", models.ManyToManyField("town.House", through="town.Visit")),
            ("friends", models.ManyToManyField("self")),
        ),
        "Visit": (
            ("guest", models.ForeignKey("town.Guest", models.CASCADE)),
            ("house", models.ForeignKey("town.House", models.CASCADE)),
        ),
        "Flat": (("house_ptr", models.OneToOneField("town.House", models.CASCADE, parent_link=True)),),
    }
    made = ProjectState()
    for name, fields in leads.items():
        bases = ("town.House",) if name == "Flat" else (models.Model,)
        own = fields if name == "Flat" else (key, *fields)
        made.add_model(ModelState("town", name, own, bases=bases))
    return made


EVERYTHING = {"street", "house", "room", "lamp", "guest", "visit", "flat"}


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        (migrations.CreateModel("Lamp", ()), {"lamp", "room", "house"}),
        (migrations.AddField("Room", "size", models.IntegerField()), {"room", "house"}),
        (migrations.AddIndex("street", models.Index(fields=["id"], name="one")), {"street"}),
        (migrations.RemoveConstraint("guest", "two"), {"guest", "visit", "house"}),
        (migrations.RemoveIndex("flat", "three"), {"flat", "house"}),
        (migrations.AlterField("visit", "guest", models.IntegerField()), {"guest", "visit", "house"}),
        (migrations.CreateModel("Bridge", ()), set()),
    ],
)
def test_what_changes_one_table_is_shown_those_it_leads_to(operation, names):
    (shown,) = concerned(operation, "town", state())

    assert {name for _, name in shown.models} == names
    assert len(shown.apps.get_models(include_auto_created=True)) >= len(names), "nothing leads nowhere"


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RunPython(migrations.RunPython.noop),
        migrations.RenameField("house", "number", "figure"),
        migrations.DeleteModel("Lamp"),
        migrations.AlterField("house", "number", models.BigIntegerField(unique=True)),
        migrations.AlterField("house", "id", models.BigAutoField(primary_key=True)),
    ],
)
def test_what_others_may_lean_on_is_shown_everything(operation):
    before = state()
    shown = concerned(operation, "town", before, state())

    assert [{name for _, name in one.models} for one in shown] == [EVERYTHING, EVERYTHING]
    shown[0].apps  # noqa: B018  all are made
    assert "apps" not in before.__dict__, "what is made does not go along"


def test_a_field_that_becomes_the_key_is_shown_everything_on_both_sides():
    after = state()
    after.alter_field("town", "room", "house", models.IntegerField(unique=True), preserve_default=True)
    shown = concerned(migrations.AlterField("room", "house", models.IntegerField()), "town", state(), after)

    assert [len(one.models) for one in shown] == [len(EVERYTHING)] * 2
