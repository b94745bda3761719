#!/usr/bin/env python3
"""Verify a bundle of a record, and countersign checkpoints, without Collab: needs Python 3.9 and `cryptography`.

    python3 verify_record.py record.jsonl [more.jsonl ...] [--against earlier.jsonl] [--held NOTE] [--trust KEY]
    python3 verify_record.py make-key our.key
    python3 verify_record.py countersign --address https://collab.example.com --record workspaces/ID
                                         --org ID --key our.key --state our.state

Exit 0: everything holds. Exit 1: something does not, and the first entry that is wrong is named. Exit 2: not readable.

A bundle is verified like this: each entry's hash over the hash before it, its number and its words; the chain from
the first to the last; the RFC 9162 tree over the entries against the root of every checkpoint; under each checkpoint the
signature of the platform and of every organization that countersigned; each name and address that is shown against the
commitment in the entry's words, and that the record tells of an erasure where one is missing. `--against` holds it against a bundle taken
earlier, entry by entry, and names the first that differs. `--held` holds it against a checkpoint kept as a file.
`--trust` takes keys as they are published (`name+id+base64`); without it the bundle's own are believed, which shows
that nothing was altered on the way, not who signed.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
words_of = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode


class Wrong(Exception):
    """Something does not hold."""


# ── The tree of RFC 9162, section 2.1 ────────────────────────────────────────
def sha(said):
    return hashlib.sha256(said).digest()


def node(left, right):
    return sha(b"\x01" + left + right)


class Tree:
    """Grows leaf by leaf and keeps its right edge only."""

    def __init__(self, size=0, edge=()):
        self.size, self.edge = size, list(edge)

    def add(self, entry):
        grown, place = sha(b"\x00" + entry), self.size
        while place & 1:
            grown, place = node(self.edge.pop(), grown), place >> 1
        self.edge.append(grown)
        self.size += 1

    def root(self):
        if not self.edge:
            return sha(b"")
        found = self.edge[-1]
        for one in reversed(self.edge[:-1]):
            found = node(one, found)
        return found


def is_continued(old, old_root, new, new_root, proof):
    """RFC 9162, 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    proof = proof if old & (old - 1) else [old_root, *proof]
    if not 0 < old < new or not proof:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = proof[0]
    for one in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node(one, before), node(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# ── Signed notes ─────────────────────────────────────────────────────────────
class Key:
    """``name+id+base64`` of an Ed25519 public key."""

    def __init__(self, said):
        self.said = said
        self.name, kept, key = said.split("+", 2)
        raw = b64decode(key)
        self.public, self.id = raw[1:], sha(self.name.encode() + b"\n" + raw)[:4]
        if raw[:1] != b"\x01" or self.id.hex() != kept:
            raise Wrong(f"{said} is no key")

    def holds(self, signature, text):
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class Note:
    """A checkpoint: ``origin``, ``size``, ``root``, and the lines of those who signed it."""

    def __init__(self, said):
        text, mark, lines = said.rpartition("\n\n")
        try:
            self.origin, size, root = text.split("\n")[:3]
            self.size, self.root = int(size), b64decode(root, validate=True)
        except ValueError:
            raise Wrong("a checkpoint cannot be read") from None
        self.text, self.lines = text.encode() + b"\n", lines.splitlines()
        if not mark:
            raise Wrong("a checkpoint carries no signature")

    def signed_by(self, keys):
        """Return the names of those among ``keys`` whose signature holds; one that does not hold is wrong."""
        names = []
        for line in self.lines:
            found = LINE.fullmatch(line)
            raw = b64decode(found[2]) if found else b""
            for key in keys:
                if found and key.name == found[1] and raw[:4] == key.id:
                    if not key.holds(raw[4:], self.text):
                        raise Wrong(
                            f"the signature of {key.name} under the checkpoint at {self.size} does not hold"
                        )
                    names.append(key.name)
        return names


# ── Bundles ──────────────────────────────────────────────────────────────────
def lines_of(name):
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def opening_of(name):
    return next(lines_of(name))


class People:
    """What is shown about people, held against the commitments; what is missing, against the erasures that are told."""

    def __init__(self):
        self.erased, self.first, self.told, self.elsewhere = 0, {}, set(), set()

    def read(self, seq, words, opened):
        try:
            sealed = dict(words.get("personal", {}))
            for field, one in opened.items():
                said = f"[{words_of(field)},{words_of(one['value'])}]".encode()
                if sealed.pop(field, {}).get("sha256") != sha(bytes.fromhex(one["salt"]) + said).hex():
                    raise Wrong(
                        f"entry {seq}: a name or an address shown with it is not the one that was sealed"
                    )
            for one in sealed.values():
                self.erased += 1
                self.first.setdefault(one["of"], seq)
            self.told.update(told_in(words))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Wrong(f"entry {seq}: it cannot be read") from None

    def check(self, outside, chain, first, last):
        """Entries outside of these files may tell of an erasure as well; they cannot be held against checkpoints here."""
        for one in outside:
            words, seq = one["body"].encode(), one["seq"]
            entry = bytes.fromhex(one["prev"]) + seq.to_bytes(8, "big") + words
            said = json.loads(words)
            if sha(entry).hex() == one["hash"] and said["chain"] == chain and not first < seq <= last:
                found = (self.first.keys() - self.told) & set(told_in(said))
                self.told |= found
                self.elsewhere |= {seq} if found else set()
        gone = [self.first[one] for one in self.first if one not in self.told]
        if gone:
            raise Wrong(
                f"entry {min(gone)}: a name or an address is gone, and the record tells of no erasure"
            )


def told_in(words):
    return words["payload"]["people"] if words.get("action") == "audit.person_forgotten" else []


class Verified:
    """What was found while walking along bundles of one record that follow each other."""

    def __init__(self, trusted):
        self.trusted, self.seq, self.before, self.tree = trusted, None, b"", Tree()
        self.whose, self.count, self.checkpoints, self.signers = None, 0, 0, {}
        self.people, self.outside = People(), []

    def walk(self, name, expected, held):
        lines = lines_of(name)
        opening = next(lines)
        self._open(Path(name).name, opening)
        self.outside += opening.get("erasures", [])
        notes = {}
        for note in [Note(one["note"]) for one in opening.get("checkpoints", [])] + held:
            notes.setdefault(note.size, []).append(note)
        keys = self._keys(opening)
        sound = self.seq
        for line in lines:
            self._entry(line, opening["chain"], expected)
            for note in notes.pop(self.seq, []):
                self._checkpoint(note, sound, keys, note in held)
            sound = self.seq if self.seq in self.signers else sound
        last = opening["last"]
        if last and last["seq"] > self.seq:
            raise Wrong(f"entry {self.seq + 1}: the end is missing")
        if last and last != {"seq": self.seq, "hash": self.before.hex()}:
            raise Wrong(f"entry {self.seq}: the chain ends otherwise than the first line says")
        for size in sorted(one for one in notes if one <= self.seq):
            raise Wrong(f"a checkpoint at {size} is not about these entries")

    def _open(self, name, opening):
        after, chain = opening["after"], opening["chain"]
        if self.whose not in (None, chain):
            raise Wrong(f"{name} is of another record")
        if self.seq is None:
            self.seq, self.before = after["seq"], bytes.fromhex(after["hash"])
            self.tree = Tree(self.seq, [bytes.fromhex(one) for one in opening.get("edge", [])])
        elif (self.seq, self.before.hex()) != (after["seq"], after["hash"]):
            raise Wrong(f"entry {self.seq + 1}: {name} does not follow the file before it")
        if self.seq == 0 and self.before != bytes(32):
            raise Wrong("entry 1: it follows something")
        self.whose = chain

    def _keys(self, opening):
        said = [one["key"] for one in opening.get("keys", []) + opening.get("organization_keys", [])]
        return [Key(one) for one in said if not self.trusted or one in self.trusted]

    def _entry(self, line, chain, expected):
        seq = self.seq + 1
        try:
            body = line["body"].encode()
            named = (line["seq"], line["prev"], line["hash"])
            words = json.loads(line["body"])
            about = words["chain"]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Wrong(f"entry {seq}: it cannot be read") from None
        if named[0] != seq:
            raise Wrong(f"entry {seq}: it is missing")
        if named[1] != self.before.hex():
            raise Wrong(f"entry {seq}: it does not follow the entry before it")
        entry = self.before + seq.to_bytes(8, "big") + body
        digest = sha(entry)
        if digest.hex() != named[2]:
            raise Wrong(f"entry {seq}: its hash does not match its words")
        if about != chain:
            raise Wrong(f"entry {seq}: it is of another record")
        self.people.read(seq, words, line.get("opened", {}))
        if expected.get(seq, named[2]) != named[2]:
            raise Wrong(f"entry {seq}: it is not what it was in the earlier bundle")
        self.tree.add(entry)
        self.seq, self.before, self.count = seq, digest, self.count + 1

    def _checkpoint(self, note, sound, keys, is_held):
        if not note.origin.endswith(f"/{self.whose['kind']}/{self.whose['id']}"):
            raise Wrong(f"the checkpoint at {note.size} is of another record")
        if note.root != self.tree.root():
            which = "the checkpoint you hold" if is_held else "the checkpoint"
            raise Wrong(
                f"entries {sound + 1} to {note.size}: {which} at {note.size} says that they were others"
            )
        names = note.signed_by(keys)
        if not names and not is_held:
            raise Wrong(f"the checkpoint at {note.size} is signed by nobody you trust")
        self.checkpoints += 1
        self.signers.setdefault(note.size, []).extend(names)


def hashes_of(names):
    """Return the hash of each entry of bundles taken earlier, and how they end."""
    found = {}
    for name in names:
        lines = lines_of(name)
        next(lines)
        found.update((one["seq"], one["hash"]) for one in lines)
    return found


def verify(args):
    expected, held = hashes_of(args.against), []
    for name in args.held:
        held.append(Note(Path(name).read_text(encoding="utf-8")))
    for name in args.against:
        held += [Note(one["note"]) for one in opening_of(name).get("checkpoints", [])]
    found = Verified(set(args.trust))
    for name in args.bundles:
        found.walk(
            name,
            expected,
            [one for one in held if one.size > (found.seq or opening_of(name)["after"]["seq"])],
        )
    found.people.check(found.outside, found.whose, found.seq - found.count, found.seq)
    gone = [seq for seq in expected if seq > found.seq]
    gone += [one.size for one in held if one.size > found.seq]
    if gone:
        raise Wrong(f"entry {found.seq + 1}: it is gone, and was there earlier")
    print(f"whole: {found.count} entries of {found.whose['kind']} {found.whose['id']}")
    if found.people.erased:
        print(f"erased: {found.people.erased} names and addresses of people who left for good")
    for seq in sorted(found.people.elsewhere):
        print(f"told of by entry {seq}, which is not in these files")
    print(f"checkpoints: {found.checkpoints}")
    for size, names in sorted(found.signers.items())[-1:]:
        for name in dict.fromkeys(names):
            print(f"signed at {size}: {name}")


# ── The second key ───────────────────────────────────────────────────────────
def make_key(args):
    private = Ed25519PrivateKey.generate()
    written = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(args.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        kept.write(written)
    print(b64encode(private.public_key().public_bytes_raw()).decode())


class Door:
    """The API, asked with a token from the environment (COLLAB_TOKEN)."""

    def __init__(self, address):
        self.address = f"{address.rstrip('/')}/api/v1/"

    def ask(self, path, said=None):
        import urllib.request  # only here: who verifies a file does not wait for it

        body = None if said is None else json.dumps(said).encode()
        asked = urllib.request.Request(self.address + path, body)  # noqa: S310  the address is one's own
        asked.add_header("Authorization", f"Bearer {os.environ['COLLAB_TOKEN']}")
        asked.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return json.load(answer)


def countersign(args):
    """Sign the newest checkpoint if it continues the last one we signed; `--state` remembers that one here."""
    door, state = Door(args.address), Path(args.state)
    found = door.ask(f"{args.record}/audit/checkpoints/?limit=1")["results"]
    if not found:
        print("nothing is signed yet")
        return
    said = found[0]
    note = Note(said["note"])
    if not note.signed_by([Key(one) for one in args.trust or [said["key"]]]):
        raise Wrong("the checkpoint is not signed by the platform")
    if state.exists():
        _continued(door, args.record, Note(state.read_text(encoding="utf-8")), note)
    private = load_pem_private_key(Path(args.key).read_bytes(), None)
    platform = note.origin.rsplit("/", 2)[0]
    name = f"{platform}/org/{args.org}"
    raw = b"\x01" + private.public_key().public_bytes_raw()
    signature = sha(name.encode() + b"\n" + raw)[:4] + private.sign(note.text)
    line = f"— {name} {b64encode(signature).decode()}"
    door.ask(f"{args.record}/audit/checkpoints/{note.size}/signatures/", {"signature": line})
    kept = state.with_suffix(".new")
    kept.write_text(said["note"], encoding="utf-8")
    kept.replace(state)
    print(f"countersigned: {note.size} entries of {note.origin}")


def _continued(door, record, held, note):
    if held.origin != note.origin or note.size < held.size:
        raise Wrong(f"entry {note.size + 1}: it is gone, and was there when we signed {held.size}")
    proof = door.ask(f"{record}/audit/proof?old={held.size}&size={note.size}")["path"]
    if not is_continued(held.size, held.root, note.size, note.root, [bytes.fromhex(one) for one in proof]):
        raise Wrong(f"the checkpoint at {note.size} does not continue the one we signed at {held.size}")


def arguments():
    parser = argparse.ArgumentParser(description="Verify records of Collab, and countersign them.")
    parts = parser.add_subparsers(dest="part", required=True)
    one = parts.add_parser(
        "verify", help="a bundle, or several that follow each other; the word may be left out"
    )
    one.add_argument("bundles", nargs="+")
    one.add_argument("--against", action="append", default=[], metavar="BUNDLE", help="taken earlier")
    one.add_argument(
        "--held", action="append", default=[], metavar="NOTE", help="a checkpoint kept as a file"
    )
    one.add_argument("--trust", action="append", default=[], metavar="KEY", help="believe these keys alone")
    one.set_defaults(run=verify)
    two = parts.add_parser("make-key", help="a new key for your organization; prints the half to register")
    two.add_argument("key")
    two.set_defaults(run=make_key)
    three = parts.add_parser("countersign", help="sign the newest checkpoint; the token is COLLAB_TOKEN")
    for name in ("address", "record", "org", "key", "state"):
        three.add_argument(f"--{name}", required=True)
    three.add_argument("--trust", action="append", default=[], metavar="KEY", help="believe these keys alone")
    three.set_defaults(run=countersign)
    return parser


def main(words):
    known = ("verify", "make-key", "countersign", "-h", "--help")
    args = arguments().parse_args(words if words and words[0] in known else ["verify", *words])
    try:
        args.run(args)
    except Wrong as wrong:
        print(f"broken: {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"cannot be read: {type(error).__name__} {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
