"""Every example of the API guide does what the guide says, so that it cannot grow old."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from audit.operations import seal_some
from kernel.actor import Actor
from tests.docs.guide import Call, blocks, compare, steps

ADDRESS = "http://localhost:8000/api/v1"
GUIDES = ("api.md", "api.zh-hans.md")


def ask(call: Call) -> Any:
    path = call.url.removeprefix(ADDRESS)
    assert path != call.url, f"{call.url} is not on the server of the guide"
    kind = call.headers.pop("Content-Type", "application/json")
    client = Client(HTTP_HOST="localhost")
    return client.generic(call.method, f"/api/v1{path}", call.body, kind, headers=call.headers)


@pytest.fixture
def names(cast) -> dict[str, str]:
    people = {"TOKEN": "nora", "NILS": "nils", "SOL": "sol", "EVE": "eve", "ADA": "ada"}
    return {"ADDRESS": ADDRESS, **{name: cast.token(who, "write") for name, who in people.items()}}


@pytest.fixture
def bundle(names, cast, tmp_path) -> Path:
    """The file that the guide takes along."""
    while seal_some(actor=Actor.system("tests.sealer")):
        pass
    taken = next(one for one in steps("api.md") if "audit/bundle" in one.command)
    call = Call.of(taken.command, {**names, "NORTHWIND": str(cast.northwind.pk)})
    (tmp_path / call.file).write_bytes(ask(call).content)
    return tmp_path / call.file


def test_every_call_is_answered_as_the_guide_says(names):
    told = [one for one in steps("api.md") if one.status]
    assert len(told) > 15, "premise: the guide has examples"
    for step in told:
        answer = ask(Call.of(step.command, names))
        assert answer.status_code == step.status, f"{step.command}\n{answer.content.decode()}"
        compare(json.loads(step.answer), answer.json(), names)


def test_our_command_finds_the_bundle_whole(bundle, capsys):
    call_command("audit_verify", bundle=str(bundle))

    assert capsys.readouterr().out.startswith("whole: ")


def test_the_program_of_the_guide_needs_nothing_of_ours_and_sees_a_changed_word(bundle):
    program = next(one for one in blocks("api.md", "python") if "hashlib" in one)

    def verify() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", program, bundle.name]
        return subprocess.run(command, cwd=bundle.parent, capture_output=True, text=True, check=False)

    whole = verify()
    assert (whole.returncode, whole.stderr) == (0, "")
    assert int(whole.stdout.split()[1]) > 20, "premise: there is something to verify"

    lines = bundle.read_text().splitlines(keepends=True)
    changed = lines[7].replace(r"\"v\":2", r"\"v\":3")
    bundle.write_text("".join([*lines[:7], changed, *lines[8:]]))
    assert verify().stderr == "entry 7 is not what it was\n"

    bundle.write_text("".join(lines[:-1]))
    assert verify().stderr == "the end is missing\n"


def test_both_languages_show_the_same_examples():
    english, chinese = (blocks(guide) for guide in GUIDES)

    assert english == chinese
