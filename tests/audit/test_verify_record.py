"""What the shipped script finds, in a bare interpreter that knows nothing of ours, whoever altered the rows."""

import json
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from audit import bundles
from audit.models import Chain, Checkpoint, SigningKey, hash_of, hashed
from audit.notes import Signature, new_key
from audit.operations import countersign, make_checkpoint, register_org_key
from audit.tasks import seal
from audit.tree import Edge, leaf_of
from kernel.actor import Actor
from tests.conftest import ground

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_record.py"
CLERK = Actor.system("tests")


@pytest.fixture
def run(tmp_path):
    """Return how the script is run: a copy of it, far from the repository, with nothing of it to import."""
    script = shutil.copy(SCRIPT, tmp_path)

    def ask(*words):
        command = [sys.executable, "-I", script, *map(str, words)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONUTF8": "1"})
        return done.returncode, (done.stdout + done.stderr).strip().splitlines()

    return ask


def test_nothing_of_ours_is_there_to_import(tmp_path):
    asked = [sys.executable, "-I", "-c", "import audit"]
    assert subprocess.run(asked, cwd=tmp_path, capture_output=True).returncode == 1


def take(chain, file, **which):
    chain = Chain.objects.get(pk=chain.pk)
    file.write_text("".join(bundles.lines_of(chain, **which)), encoding="utf-8")
    return file


@pytest.fixture
def signed(company, sealer):
    """Return a chain of seven, signed at five and at seven."""
    company.does(5)
    seal()
    first = make_checkpoint(actor=sealer, chain=company.chain)
    company.does(2)
    seal()
    make_checkpoint(actor=sealer, chain=company.chain)
    return company.chain, first


def test_a_bundle_holds(signed, run, tmp_path):
    chain, _first = signed
    key = SigningKey.objects.get()

    assert run(take(chain, tmp_path / "record.jsonl"), "--trust", key.verifier) == (
        0,
        [f"whole: 7 entries of org {chain.noun_id}", "checkpoints: 2", f"signed at 7: {key.name}"],
    )


def test_a_long_record_is_verified_file_by_file_and_from_the_middle(signed, run, tmp_path):
    chain, _first = signed
    files = [take(chain, tmp_path / f"{one}.jsonl", after=one, limit=3) for one in (0, 3, 6)]

    assert run(*files)[1][:2] == [f"whole: 7 entries of org {chain.noun_id}", "checkpoints: 2"]
    assert run(files[1], files[2])[1][:2] == [f"whole: 4 entries of org {chain.noun_id}", "checkpoints: 2"]
    assert run(files[0], files[2]) == (1, ["broken: entry 4: 6.jsonl does not follow the file before it"])


def test_a_key_that_nobody_trusts_counts_for_nothing(signed, run, tmp_path):
    chain, _first = signed
    other = Signature("localhost:8000", new_key().public_key().public_bytes_raw(), b"")
    stranger = SigningKey(name=other.name, public=other.public).verifier

    code, said = run(take(chain, tmp_path / "record.jsonl"), "--trust", stranger)

    assert (code, said) == (1, ["broken: the checkpoint at 5 is signed by nobody you trust"])


def change(lines, place, **fields):
    lines[place] = json.dumps(json.loads(lines[place]) | fields, ensure_ascii=False)
    return lines


def note(lines, old, new):
    opening = json.loads(lines[0])
    opening["checkpoints"][0]["note"] = opening["checkpoints"][0]["note"].replace(old, new, 1)
    return [json.dumps(opening), *lines[1:]]


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (
            lambda lines: change(
                lines, 3, body=json.loads(lines[3])["body"].replace("Northwind", "Southwind")
            ),
            "entry 3: its hash does not match its words",
        ),
        (lambda lines: [*lines[:3], *lines[4:]], "entry 3: it is missing"),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "entry 3: it is missing"),
        (lambda lines: lines[:-1], "entry 7: the end is missing"),
        (lambda lines: note(lines, "\n5\n", "\n6\n"), "entries 1 to 6: the checkpoint at 6 says"),
        (
            lambda lines: note(lines, "Z\n\n", "z\n\n"),
            "the signature of localhost:8000 under the checkpoint at 5",
        ),
        (lambda lines: note(lines, "/org/", "/workspace/"), "the checkpoint at 5 is of another record"),
    ],
)
def test_an_altered_bundle_is_found(alter, said, signed, run, tmp_path):
    file = take(signed[0], tmp_path / "record.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(alter(lines)), encoding="utf-8")

    code, told = run(file)

    assert code == 1
    assert told[0].startswith(f"broken: {said}"), told


# ── Whoever has the database, and even the platform's key ────────────────────
class Superuser:
    """Does to the rows of one chain what nobody may, and puts all back after each attempt."""

    TABLES = ("audit_entry", "audit_chain", "audit_checkpoint", "audit_countersignature")

    def __init__(self, chain):
        self.chain = chain
        self.connection = ground._superuser(ground.database)
        self.connection.autocommit = True
        self.ask("SET session_replication_role = replica")  # no trigger, no foreign key
        for table in self.TABLES:
            self.ask(f"CREATE TABLE kept_{table} AS TABLE {table}")

    def ask(self, words, *values):
        return self.connection.execute(words, values)

    def put_back(self):
        for table in self.TABLES:
            self.ask(f"DELETE FROM {table}")
            self.ask(f"INSERT INTO {table} SELECT * FROM kept_{table}")

    def entries(self):
        found = self.ask(
            "SELECT id, body FROM audit_entry WHERE chain_id = %s ORDER BY seq", self.chain.pk
        ).fetchall()
        return [[key, bytes(body)] for key, body in found]

    def write(self, entries):
        """Lay the chain anew, hashes and head and tree included."""
        self.ask("UPDATE audit_entry SET seq = -seq WHERE chain_id = %s", self.chain.pk)
        prev, edge = bytes(32), Edge()
        for seq, (key, body) in enumerate(entries, 1):
            digest = hash_of(prev, seq, body)
            list(edge.add(leaf_of(hashed(prev, seq, body))))
            self.ask(
                "UPDATE audit_entry SET seq = %s, prev = %s, hash = %s, body = %s WHERE id = %s",
                seq, prev, digest, body, key,
            )  # fmt: skip
            prev = digest
        self.ask("DELETE FROM audit_entry WHERE chain_id = %s AND seq < 0", self.chain.pk)
        self.ask(
            "UPDATE audit_chain SET last_seq = %s, head_hash = %s, tree_size = %s, edge = %s WHERE id = %s",
            len(entries), prev, edge.size, edge.kept(), self.chain.pk,
        )  # fmt: skip

    def forget_what_was_signed(self):
        self.ask("DELETE FROM audit_countersignature WHERE chain_id = %s", self.chain.pk)
        self.ask("DELETE FROM audit_checkpoint WHERE chain_id = %s", self.chain.pk)


def edit(entries):
    entries[2][1] = entries[2][1].replace(b"Northwind", b"Southwind", 1)
    return entries


def drop(entries):
    return [*entries[:2], *entries[3:]]


def swap(entries):
    return [*entries[:2], entries[3], entries[2], *entries[4:]]


def cut(entries):
    return entries[:-2]


def rewrite(entries):
    return [[key, body.replace(b'"v":2', b'"v":2,"x":1')] for key, body in entries]


ALTERED = {edit: 3, drop: 3, swap: 3, cut: -1, rewrite: 1}


def test_whatever_a_superuser_alters_the_partner_finds_and_names(cast, run, tmp_path, transactional_db):
    private = new_key()
    key = register_org_key(
        actor=cast.sol, organization=cast.southbay, public=private.public_key().public_bytes_raw()
    )
    seal()
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    held = make_checkpoint(actor=CLERK, chain=chain)
    line = Signature(key.name, bytes(key.public), private.sign(held.text.encode())).line()
    countersign(actor=cast.sol, noun=cast.apollo, checkpoint=held, line=line)
    earlier = take(chain, tmp_path / "earlier.jsonl")
    kept = tmp_path / "held.note"
    kept.write_text(Checkpoint.objects.of("workspace", cast.apollo.pk).get(pk=held.pk).note, encoding="utf-8")
    last = Chain.objects.get(pk=chain.pk).last_seq
    code, told = run(earlier, "--trust", held.key.verifier, "--trust", key.verifier)
    assert (code, told[-1]) == (0, f"signed at {held.size}: {key.name}"), (
        "premise: it holds, and both have signed"
    )
    root = Superuser(chain)

    for alter, seq in ALTERED.items():
        root.write(alter(root.entries()))
        root.forget_what_was_signed()
        made = make_checkpoint(actor=CLERK, chain=chain)  # with the platform's own key
        assert made.contradicts is None, "premise: nothing on the platform speaks against it"
        now = take(chain, tmp_path / "now.jsonl")
        assert run(now)[0] == 0, "premise: taken by itself, it holds"
        named = seq if seq > 0 else last - 1

        code, told = run(now, "--against", earlier)
        assert (code, told[0].partition(":")[0]) == (1, "broken"), alter.__name__
        assert f"entry {named}:" in told[0], (alter.__name__, told)
        code, told = run(now, "--held", kept)
        assert code == 1, alter.__name__
        assert "the checkpoint you hold" in told[0] or "is gone" in told[0], told
        root.put_back()


# ── The second key, from cron ────────────────────────────────────────────────
def test_a_partner_signs_from_its_own_machine_and_stops_when_it_was_told_otherwise(
    cast, run, tmp_path, live_server
):
    made = run("make-key", "our.key")[1][0]
    assert (tmp_path / "our.key").stat().st_mode & 0o777 == 0o600
    register_org_key(actor=cast.sol, organization=cast.southbay, public=b64decode(made))
    seal()
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    first = make_checkpoint(actor=CLERK, chain=chain)
    token = cast.token("sol", "write")

    def sign():
        words = ["countersign", "--address", live_server.url, "--record", f"workspaces/{cast.apollo.pk}"]
        words += ["--org", cast.southbay.pk, "--key", "our.key", "--state", "our.state"]
        command = [sys.executable, "-I", tmp_path / SCRIPT.name, *map(str, words)]
        env = {"PYTHONUTF8": "1", "COLLAB_TOKEN": token}
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
        return done.returncode, (done.stdout + done.stderr).strip()

    assert sign() == (0, f"countersigned: {first.size} entries of {first.origin}")
    assert Checkpoint.objects.get(pk=first.pk).is_signed_by(cast.southbay.pk)
    seal()
    second = make_checkpoint(actor=CLERK, chain=chain)
    assert sign() == (0, f"countersigned: {second.size} entries of {second.origin}")

    root = Superuser(chain)
    root.write(rewrite(root.entries()))
    root.forget_what_was_signed()
    seal()
    third = make_checkpoint(actor=CLERK, chain=chain)
    code, said = sign()

    assert (code, said) == (
        1,
        f"broken: the checkpoint at {third.size} does not continue the one we signed at {second.size}",
    )
    assert not Checkpoint.objects.get(pk=third.pk).is_signed_by(cast.southbay.pk)
