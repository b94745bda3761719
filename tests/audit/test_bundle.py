"""A copy of the record can be verified by whoever holds it, without asking us."""

import json

import pytest
from django.core.management import call_command

from audit import bundles
from audit.models import Chain
from audit.operations import seal_some
from audit.verification import Broken


@pytest.fixture
def lines(company, sealer) -> list[str]:
    company.does(5)
    seal_some(actor=sealer)
    return list(bundles.lines_of(company.chain))


def test_a_bundle_holds(lines, company):
    assert bundles.check(lines) == (f"org {company.pk}", 5, 0)


def test_a_long_chain_comes_in_pieces(lines, company):
    piece = list(bundles.lines_of(company.chain, after=2, limit=2))

    assert bundles.check(piece) == (f"org {company.pk}", 2, 0)
    assert json.loads(piece[0])["chain_last_seq"] == 5


def test_an_empty_chain_is_whole(company):
    assert bundles.check(bundles.lines_of(Chain(kind="org", noun_id=company.pk))) == (
        f"org {company.pk}",
        0,
        0,
    )


def change(lines, place, **fields):
    lines[place] = json.dumps(json.loads(lines[place]) | fields)
    return lines


@pytest.mark.parametrize(
    ("alter", "seq"),
    [
        (
            lambda lines: change(
                lines, 3, body=json.loads(lines[3])["body"].replace("Northwind", "Southwind")
            ),
            3,
        ),
        (lambda lines: change(lines, 3, hash="00" * 32), 3),
        (lambda lines: change(lines, 3, prev="00" * 32), 3),
        (lambda lines: change(lines, 3, seq=7), 3),
        (lambda lines: change(lines, 3, seq="3"), 3),
        (lambda lines: change(lines, 3, body=None), 3),
        (lambda lines: change(lines, 3, body="[]"), 3),
        (lambda lines: [*lines[:3], *lines[4:]], 3),
        (lambda lines: [*lines[:3], lines[4], lines[3], lines[5]], 3),
        (lambda lines: lines[:-1], 5),
        (lambda lines: [*lines, lines[-1]], 6),
        (lambda lines: change(lines, 0, chain={"kind": "org", "id": "another"}), 1),
        (lambda lines: change(lines, 0, after={"seq": 0, "hash": "11" * 32}), 1),
        (lambda lines: change(lines, 0, after={"seq": "0", "hash": "00" * 32}), 0),
        (lambda lines: change(lines, 0, last=[]), 0),
        (lambda lines: change(lines, 0, last=7), 0),
        (lambda lines: lines[1:], 0),
        (lambda lines: ["not json", *lines[1:]], 0),
        (lambda lines: [*lines[:2], "[]", *lines[3:]], 2),
        (lambda lines: [], 0),
    ],
)
def test_an_altered_bundle_is_found(lines, alter, seq):
    with pytest.raises(Broken) as found:
        bundles.check(alter(lines))

    assert found.value.seq == seq


def test_the_command_reads_a_file(lines, company, tmp_path, capsys):
    file = tmp_path / "record.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    call_command("audit_verify", "--bundle", str(file))
    assert capsys.readouterr().out.strip() == f"whole: 5 entries of org {company.pk}"

    file.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        call_command("audit_verify", "--bundle", str(file))
    assert left.value.code == 1
    assert "entry 5: the end of the chain is missing" in capsys.readouterr().out
