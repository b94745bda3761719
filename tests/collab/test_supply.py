"""What we are made of: told truly, under licences that leave our own code alone, and pinned to the byte."""

import json
import tomllib

import pytest

from collab import supply


def named(package):
    return package.name, package.version


def test_the_notice_is_what_the_lock_files_say():
    lines = [
        line.partition(" | ")[0] for line in supply.NOTICE.read_text().splitlines() if line.count(" | ") == 2
    ]

    assert lines == [f"{one.name} {one.version}" for one in supply.packages()], "make notice"


def test_every_package_says_under_which_licence_it_comes():
    assert not [one.name for one in supply.packages() if one.licence in ("", "unknown", "UNKNOWN")]


def test_nothing_comes_under_a_licence_that_would_reach_our_own_code():
    assert not [one.line for one in supply.packages() if one.is_refused]


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("AGPL-3.0-or-later", True),
        ("GPL-2.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GPL-3.0-only OR MIT", False),
        ("LGPL-3.0-only", False),
        ("MIT", False),
        ("MIT AND AGPL-3.0-only", True),
    ],
)
def test_a_licence_is_refused_where_no_other_way_is_offered(licence, refused):
    assert supply.Package("x", "1", licence, "", "pypi").is_refused is refused


def test_extras_and_what_they_need_are_followed():
    names = {one.name for one in supply.packages()}

    assert {"psycopg-pool", "psycopg-binary", "hiredis", "htmx.org"} <= names
    assert not {"pytest", "playwright", "vite"} & names, "the developers' tools are not delivered"


def test_everything_is_pinned_to_its_bytes():
    locked = tomllib.loads((supply.ROOT / "uv.lock").read_text())["package"]
    files = [file for one in locked for file in [*one.get("wheels", ()), *filter(None, [one.get("sdist")])]]
    npm = json.loads((supply.ROOT / "package-lock.json").read_text())["packages"]

    assert files
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert all(one["integrity"].startswith("sha512-") for path, one in npm.items() if path)


def test_what_is_installed_is_what_is_locked():
    """uv refuses a file whose hash is another; `--frozen` and `npm ci` leave the lock files as they are."""
    assert '"sync", "--frozen"' in (supply.ROOT / "collab" / "bootstrap.py").read_text()
    assert '"--require-hashes", "-r"' in (supply.ROOT / "collab" / "bootstrap.py").read_text()
    assert "--hash=sha256:" in (supply.ROOT / "collab" / "uv.txt").read_text()
    assert '"ci", "--no-audit"' in (supply.ROOT / "collab" / "assets.py").read_text()


def test_the_bill_of_materials_is_valid_cyclonedx():
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    document = supply.sbom()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document)) is None
    assert len(document["components"]) == len(supply.packages())


@pytest.mark.parametrize(
    "said",
    ["", "No known vulnerabilities found\ndjango Dependency not found on PyPI and could not be audited"],
)
def test_an_index_that_knows_nothing_gets_one_sentence(said, capsys):
    assert supply._ask("PyPI", ["echo", said], "known vulnerabilit") == 3

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "PyPI's list of known holes does not answer" in said
