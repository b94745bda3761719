"""The operator's guide names everything that can be set and counted, in both languages."""

import re

import pytest

from collab import database, metrics
from collab.releases import ROOT
from kernel import figures

GUIDES = ("docs/operators.md", "docs/operators.zh-hans.md")
READ = re.compile(r"""(?:\benv(?:\.\w+)?\(|environ\[|environ\.get\(|env\.get\()\s*f?"([A-Z][A-Z_]+)""")
# Of the machine, of Django, or of one command that says so itself.
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE", "YES"}


def read_by_the_platform() -> set[str]:
    """Return the variables that the sources ask the environment for."""
    sources = [*ROOT.glob("collab/*.py"), *ROOT.glob("kernel/**/*.py"), ROOT / "manage.py"]
    found = {name for source in sources for name in READ.findall(source.read_text())}
    return (found | set(database.ADDRESSES) | {"REDIS_URL", metrics.FOLDER}) - NOT_OURS


@pytest.mark.parametrize("guide", GUIDES)
def test_every_variable_that_is_read_stands_in_the_table(guide):
    table = (ROOT / guide).read_text().rpartition("\n## ")[2]
    named = re.findall(
        r"`([A-Z][A-Z_]+)`", "".join(row.split("|")[1] for row in table.splitlines() if "|" in row)
    )

    missing = {name for name in read_by_the_platform() if not any(one.startswith(name) for one in named)}

    assert not missing


@pytest.mark.parametrize("guide", GUIDES)
def test_every_figure_is_explained(guide):
    counted = {one._name for one in vars(figures).values() if hasattr(one, "_labelnames")}
    told = (ROOT / guide).read_text()

    assert not {name for name in counted | set(metrics.ASKED) if name not in told}


def test_both_guides_show_the_same_commands():
    one, other = (
        re.findall(r"```(?:\w*)\n(.*?)```", (ROOT / guide).read_text(), re.DOTALL) for guide in GUIDES
    )
    bare = [[re.sub(r"\s*#.*", "", block) for block in blocks] for blocks in (one, other)]

    assert bare[0] == bare[1]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-hans.md"])
def test_the_readme_leads_there(readme):
    assert "(docs/operators" in (ROOT / readme).read_text()


@pytest.mark.parametrize("guide", GUIDES)
def test_the_sql_is_what_a_refusal_prints(guide):
    told = (ROOT / guide).read_text()

    assert all(line in told for line in database.SETUP.splitlines() if not line.startswith("--"))
