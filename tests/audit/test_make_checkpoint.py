"""A checkpoint says what a chain is, and the platform puts its name under it."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit import notes, signing, tasks
from audit.errors import KeyLost, NothingSealed
from audit.models import Chain, Checkpoint, Entry, SigningKey, Tile, hashed
from audit.operations import make_checkpoint, rotate_key, seal_some, verify_chain
from audit.proofs import Proofs
from audit.tree import is_included
from kernel.errors import NotAllowed
from tests.audit.test_tree import mth


@pytest.fixture
def does(company, sealer):
    def do(times):
        company.does(times)
        while seal_some(actor=sealer):
            pass
        return company.chain

    return do


def plain_root(company):
    return mth([hashed(bytes(one.prev), one.seq, bytes(one.body)) for one in company.entries()])


def test_a_checkpoint_covers_every_entry_and_is_signed(does, company, sealer):
    made = make_checkpoint(actor=sealer, chain=does(5))

    assert (made.size, bytes(made.root), made.contradicts) == (5, plain_root(company), None)
    assert made.text.startswith(f"localhost:8000/org/{company.pk}\n5\n"), made.text
    assert notes.holds(bytes(made.key.public), bytes(made.signature), made.text.encode())
    assert not notes.holds(bytes(made.key.public), bytes(made.signature), made.text.encode() + b" ")
    line = made.note.rpartition("\n\n")[2]
    assert notes.signature_in(line, made.key.name, bytes(made.key.public)) == bytes(made.signature)


def test_nothing_new_is_not_signed_twice(does, sealer):
    chain = does(2)
    once = make_checkpoint(actor=sealer, chain=chain)

    assert make_checkpoint(actor=sealer, chain=chain) == once
    assert make_checkpoint(actor=sealer, chain=does(1)) != once


def test_only_the_platform_signs_and_only_what_there_is(does, company, sealer):
    chain = does(1)
    with pytest.raises(NotAllowed):
        make_checkpoint(actor=company.actor, chain=chain)
    with pytest.raises(NothingSealed):
        make_checkpoint(actor=sealer, chain=Chain.objects.create(kind="org", noun_id=uuid4()))


def test_the_clock_signs_each_chain_that_has_grown_since(does, company, monkeypatch):
    chain, signed = does(2), []
    monkeypatch.setattr(tasks.checkpoint, "delay", lambda pk: (signed.append(pk), tasks.checkpoint(pk)))
    tasks.checkpoint_all()
    assert chain.pk in signed
    signed.clear()

    tasks.checkpoint_all()
    assert signed == []

    does(1)
    tasks.checkpoint_all()
    assert signed == [chain.pk]


def test_a_long_chain_is_signed_from_its_edge_alone(does, company, sealer):
    does(600)
    make_checkpoint(actor=sealer, chain=does(1))  # begins a key
    chain = does(20)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        make_checkpoint(actor=sealer, chain=chain)

    entries = [one["sql"] for one in asked if "audit_entry" in one["sql"]]
    assert Checkpoint.objects.filter(chain=chain, size=621).exists()
    assert len(asked) < 25
    assert all("LIMIT" in one or "seq" in one for one in entries)
    assert Tile.objects.filter(chain=chain).count() == 2


def test_a_chain_from_before_there_was_a_tree_is_taken_in(does, company, sealer):
    Chain.objects.filter(pk=does(1).pk).update(tree_size=0, edge=b"")
    chain = does(301)
    assert chain.tree_size == 0, "premise: the sealer leaves it to the checkpoint"

    made = make_checkpoint(actor=sealer, chain=chain)
    does(1)

    assert (made.size, bytes(made.root)) == (302, plain_root_of(company, 302))
    assert company.chain.tree_size == 303
    assert Tile.objects.filter(chain=chain, level=8, place=0).exists()


def plain_root_of(company, size):
    return mth([hashed(bytes(one.prev), one.seq, bytes(one.body)) for one in company.entries()[:size]])


def test_of_a_chain_with_a_gap_only_what_comes_before_it_is_signed(company, sealer, seal_altered):
    chain = seal_altered(company, lambda chain, entries: [one for one in entries if one.seq != 3])
    assert chain.tree_size == 0, "premise: none is in the tree yet"

    assert make_checkpoint(actor=sealer, chain=chain).size == 2


def test_what_was_sealed_otherwise_is_found_by_the_next_checkpoint(does, company, sealer):
    held = make_checkpoint(actor=sealer, chain=does(5))
    other = rewritten(company, 5)
    Chain.objects.filter(pk=company.chain.pk).update(tree_size=5, edge=other)

    made = make_checkpoint(actor=sealer, chain=does(3))
    later = make_checkpoint(actor=sealer, chain=does(1))

    assert made.contradicts == held
    assert later.contradicts == held, "what was once held stays what all is held against"


def rewritten(company, size):
    """Return the edge of a tree in which the first entry is another."""
    from audit.tree import Edge, leaf_of

    edge = Edge()
    for entry in company.entries()[:size]:
        list(edge.add(leaf_of(b"another") if entry.seq == 1 else entry.leaf))
    return edge.kept()


def test_every_entry_of_a_chain_can_be_shown_to_be_in_it(does, company, sealer):
    made = make_checkpoint(actor=sealer, chain=does(515))
    proofs = Proofs(company.chain)
    assert proofs.root(515) == bytes(made.root)
    for seq in (1, 256, 257, 512, 515):
        entry = Entry.objects.get(chain=company.chain, seq=seq)
        with CaptureQueriesContext(connection) as asked:
            proof = proofs.inclusion(seq, 515)
        assert is_included(entry.leaf, seq - 1, 515, proof, bytes(made.root))
        assert len(asked) <= 16


def test_a_checkpoint_stays(does, sealer):
    made = make_checkpoint(actor=sealer, chain=does(1))
    for change in (lambda rows: rows.update(size=7), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Checkpoint.objects.filter(pk=made.pk))


def test_verifying_holds_the_rows_against_what_was_signed(company, sealer, seal_altered):
    def rewritten_after_it_was_signed(chain, entries):
        as_it_was = {"chain": chain, "size": 3, "root": bytes(32), "key": key, "signature": bytes(64)}
        Checkpoint.objects.create(**as_it_was)
        return entries

    key = rotate_key(actor=sealer)
    chain = verify_chain(actor=sealer, chain=seal_altered(company, rewritten_after_it_was_signed))

    assert (chain.flaw_seq, chain.flaw) == (1, "signed_otherwise")
    make_checkpoint(actor=sealer, chain=company.chain)
    assert verify_chain(actor=sealer, chain=company.chain).flaw == ""


# ── Keys ─────────────────────────────────────────────────────────────────────
def test_the_private_half_is_a_file_of_its_own(does, sealer):
    made = make_checkpoint(actor=sealer, chain=does(1))
    file = signing.file_of(made.key)

    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"


def test_a_new_key_is_endorsed_by_the_old_one_which_stays_known(does, sealer):
    old = make_checkpoint(actor=sealer, chain=does(1)).key
    new = rotate_key(actor=sealer)
    made = make_checkpoint(actor=sealer, chain=does(1))

    assert made.key == new
    assert notes.holds(
        bytes(old.public), bytes(new.endorsement), notes.endorsement(new.name, bytes(new.public))
    )
    assert SigningKey.objects.get(pk=old.pk).retired_at is not None


def test_without_its_key_the_platform_does_not_sign_until_a_new_one_is_begun(
    does, sealer, settings, tmp_path
):
    make_checkpoint(actor=sealer, chain=does(1))
    settings.DATA_DIR = tmp_path
    with pytest.raises(KeyLost):
        make_checkpoint(actor=sealer, chain=does(1))

    assert rotate_key(actor=sealer).endorsement is None
    assert make_checkpoint(actor=sealer, chain=does(1)).size == 3


def test_only_operators_begin_a_new_key(company):
    with pytest.raises(NotAllowed):
        rotate_key(actor=company.actor)
