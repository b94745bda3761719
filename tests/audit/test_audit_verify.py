"""Whatever is done to a chain behind our back, verifying names the first entry that does not hold."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit import keepers
from audit.models import Chain, hash_of
from audit.operations import seal_some, verify_chain

SAID = {
    "name": "audit.record_exported",
    "at": "2020-01-01T00:00:00Z",
    "actor_id": uuid4(),
    "actor_name": "Somebody else",
    "via": "admin",
    "org_id": uuid4(),
    "org_name": "Southbay",
    "workspace_id": uuid4(),
    "org_ids": [uuid4()],
    "subject_type": "workspace",
    "subject_id": uuid4(),
    "subject_label": "Apollo",
    "payload": {"kind": "org"},
    "request_id": "another-request",
    "address": "198.51.100.1",
    "device": "Another browser",
    "correlation": uuid4(),
    "event_id": uuid4(),
}


def test_chains_that_hold_are_counted(company, sealer, capsys):
    company.does(3)
    seal_some(actor=sealer)

    chains = Chain.objects.values_list("last_seq", flat=True)
    assert company.chain.last_seq == 3
    assert verified(capsys) == (0, f"whole: {sum(chains)} entries in {len(chains)} chains")


@pytest.mark.parametrize("field", SAID)
def test_a_changed_field_is_found(field, company, seal_altered, capsys):
    def alter(chain, entries):
        setattr(entries[2], field, SAID[field])
        return entries

    chain = seal_altered(company, alter)

    what = "what is shown differs from what was sealed"
    if field in ("actor_name", "address", "device"):
        what = "a name or an address shown with it is not the one that was sealed"
    assert verified(capsys) == (1, f"broken: org {chain.noun_id}, entry 3: {what}")


def change_the_words(chain, entries):
    entries[2].body = entries[2].body.replace(b"Northwind", b"Southwind")
    entries[2].org_name = entries[2].subject_label = "Southwind 北风电子"
    entries[2].payload["noun_name"] = "Southwind 北风电子"
    return entries


def change_words_and_hash(chain, entries):
    change_the_words(chain, entries)
    entries[2].hash = hash_of(entries[2].prev, 3, entries[2].body)
    return entries


def drop_one(chain, entries):
    return [entry for entry in entries if entry.seq != 3]


def drop_one_and_close_the_gap(chain, entries):
    for entry in entries[3:]:
        entry.seq -= 1
    return [*entries[:2], *entries[3:]]


def swap_two(chain, entries):
    entries[2].seq, entries[3].seq = 4, 3
    return entries


def cut_the_tail(chain, entries):
    return entries[:3]


def cut_tail_and_head(chain, entries):
    chain.last_seq = 3
    return entries


def forget_the_head(chain, entries):
    chain.last_seq, chain.head_hash = 4, bytes(32)
    return entries[:4]


@pytest.mark.parametrize(
    ("alter", "seq", "flaw"),
    [
        (change_the_words, 3, "its hash does not match its words"),
        (change_words_and_hash, 4, "it does not follow the entry before it"),
        (drop_one, 3, "it is missing"),
        (drop_one_and_close_the_gap, 3, "it does not follow the entry before it"),
        (swap_two, 3, "it does not follow the entry before it"),
        (cut_the_tail, 4, "the end of the chain is missing"),
        (cut_tail_and_head, 5, "the chain ends otherwise than its head says"),
        (forget_the_head, 4, "the chain ends otherwise than its head says"),
    ],
)
def test_altered_chains_are_found(alter, seq, flaw, company, seal_altered, capsys):
    chain = seal_altered(company, alter)

    assert verified(capsys) == (1, f"broken: org {chain.noun_id}, entry {seq}: {flaw}")


def test_an_entry_of_another_chain_is_found(company, seal_altered, capsys):
    def take_over(chain, entries):
        own = company.entries()[2]
        entries[2].body, entries[2].hash = own.body, own.hash
        return entries

    seal_altered(company, take_over)

    assert verified(capsys)[0] == 1


def test_one_organization_is_verified_by_its_short_name(company, sealer, seal_altered, capsys, monkeypatch):
    seal_altered(company, drop_one)
    monkeypatch.setitem(
        keepers.KEEPERS, "org", keepers.Keeper(by_slug({"northwind": company}), "orgs.read_record")
    )

    assert verified(capsys, "--org", "northwind") == (0, "whole: 5 entries in 1 chains")
    assert verified(capsys)[0] == 1
    with pytest.raises(CommandError, match="no organization"):
        call_command("audit_verify", "--org", "nowhere")


def test_a_flaw_once_found_stays_until_the_whole_chain_holds(company, sealer, seal_altered):
    chain = verify_chain(actor=sealer, chain=seal_altered(company, cut_the_tail))
    assert (chain.flaw_seq, chain.flaw, chain.verified_seq) == (4, "tail_missing", 0)

    again = verify_chain(actor=sealer, chain=Chain.objects.get(pk=chain.pk), whole=False)

    assert again.flaw == "tail_missing"


def test_verifying_goes_on_where_it_stopped(company, sealer):
    company.does(2)
    seal_some(actor=sealer)
    chain = verify_chain(actor=sealer, chain=company.chain)
    company.does(2)
    seal_some(actor=sealer)

    chain = verify_chain(actor=sealer, chain=company.chain, whole=False)

    assert (chain.verified_seq, bytes(chain.verified_hash)) == (4, bytes(company.entries()[-1].hash))


def by_slug(known):
    return lambda actor, **where: known.get(where["slug"])


def verified(capsys, *args) -> tuple[int, str]:
    try:
        call_command("audit_verify", *args)
    except SystemExit as left:
        return left.code, capsys.readouterr().out.strip()
    return 0, capsys.readouterr().out.strip()
