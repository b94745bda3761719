"""Checkpoints and proofs, as programs and people get them; what they say is verified here with nothing of ours asked."""

import hashlib
from base64 import b64decode
from uuid import UUID

import pytest

from audit import bundles, notes
from audit.models import Chain, SigningKey
from audit.operations import make_checkpoint
from audit.tasks import seal
from audit.tree import is_consistent, is_included, leaf_of
from kernel.actor import Actor


@pytest.fixture
def where(cast):
    seal()
    return f"workspaces/{cast.apollo.pk}/audit/"


@pytest.fixture
def nora(api):
    return api("nora")


def signed(nora, where):
    answer = nora.post(f"{where}checkpoints/", {})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_a_checkpoint_is_made_listed_and_shown(nora, where, cast, api):
    made = signed(nora, where)
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)

    assert made["size"] == chain.last_seq
    assert made["contradicts"] is None
    assert api("sol").get(f"{where}checkpoints/").json()["results"] == [made], "the partner has the same"
    assert nora.get(f"{where}checkpoints/{made['size']}/").json() == made
    assert nora.get(f"{where}checkpoints/{made['size'] + 1}/").status_code == 404


def test_its_note_holds_by_the_published_key(nora, where, api):
    made = signed(nora, where)
    published = api("otto").get("record-keys/").json()["results"]
    assert made["key"] == published[0]["key"]
    name, _id, _key = published[0]["key"].split("+", 2)
    public = b64decode(published[0]["public_key"])

    text, _, lines = made["note"].rpartition("\n\n")
    signature = notes.signature_in(lines, name, public)

    assert notes.holds(public, signature, f"{text}\n".encode())
    assert text.split("\n")[1:3] == [str(made["size"]), notes.b64encode(bytes.fromhex(made["root"])).decode()]


def test_an_entry_is_proved_to_be_in_a_checkpoint(nora, where, api):
    size = signed(nora, where)["size"]
    root = bytes.fromhex(nora.get(f"{where}checkpoints/{size}/").json()["root"])
    entry = next(one for one in nora.get(f"{where}?limit=200").json()["results"] if one["seq"] == 2)

    said = nora.get(f"{where}proof?entry=2&size={size}").json()

    path = [bytes.fromhex(one) for one in said["path"]]
    assert (said["entry"], said["size"]) == (2, size)
    assert is_included(bytes.fromhex(said["leaf"]), 1, size, path, root)
    assert not is_included(bytes.fromhex(entry["hash"]), 1, size, path, root)


def test_a_checkpoint_is_proved_to_continue_an_older_one(nora, where, api, cast):
    old = signed(nora, where)
    nora.post(f"workspaces/{cast.apollo.pk}/channels/", {"name": "samples", "kind": "open"})
    seal()
    new = signed(nora, where)
    assert new["size"] > old["size"], "premise: something has happened"

    path = [bytes.fromhex(one) for one in nora.get(f"{where}proof?old={old['size']}").json()["path"]]

    roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    assert is_consistent(old["size"], roots[0], new["size"], roots[1], path)


@pytest.mark.parametrize(
    "query", ["entry=0", "entry=x", "old=0", "size=0", "entry=999999999", "size=99999999999999999"]
)
def test_numbers_beyond_the_record_are_refused(query, nora, where):
    signed(nora, where)

    assert nora.get(f"{where}proof?{query}").status_code == 422


def test_before_anything_is_signed_there_is_nothing_to_prove(nora, where):
    answer = nora.get(f"{where}proof?entry=1")

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_sealed")


@pytest.mark.parametrize("who", ["nils", "gale"])
def test_who_does_not_read_the_record_has_none_signed(who, api, where):
    assert api(who).post(f"{where}checkpoints/", {}).status_code == 403


def test_a_bundle_brings_what_was_signed_of_its_entries(nora, where, cast):
    made = signed(nora, where)
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    opening = next(bundles.lines_of(chain, after=3))

    said = bundles.json.loads(opening)

    assert [(one["size"], one["note"]) for one in said["checkpoints"]] == [(made["size"], made["note"])]
    assert [one["key"] for one in said["keys"]] == [one.verifier for one in SigningKey.objects.all()]
    assert len(said["edge"]) == 2  # of three entries
    assert bundles.check(bundles.lines_of(chain)) == (f"workspace {cast.apollo.pk}", chain.last_seq, 0)


def test_the_page_lists_them_and_signs_now(page, where, cast):
    nora, address = page("nora"), f"/workspaces/{cast.apollo.pk}/audit/checkpoints/"
    assert "Nothing is signed yet" in nora.get(address).content.decode()

    answer = nora.post(address, follow=True).content.decode()

    size = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk).last_seq
    assert f'<strong class="strong">{size}</strong>' in answer
    assert address in nora.get(address.replace("checkpoints/", "")).content.decode()


def test_a_contradiction_is_said_on_the_page(page, where, cast):
    clerk, chain = Actor.system("tests"), Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    size = make_checkpoint(actor=clerk, chain=chain).size
    Chain.objects.filter(pk=chain.pk).update(edge=hashlib.sha256(b"another").digest() * size.bit_count())
    make_checkpoint(actor=clerk, chain=chain)

    said = page("nora").get(f"/workspaces/{cast.apollo.pk}/audit/checkpoints/").content.decode()

    assert f"Does not continue the checkpoint at {size}" in said


def test_a_leaf_is_what_the_hash_is_made_of(nora, where, cast):
    signed(nora, where)
    entry = nora.get(f"{where}?limit=1").json()["results"][0]
    opening, *lines = nora.get(f"{where}bundle").content.decode().splitlines()
    line = bundles.json.loads(lines[0])
    hashed = bytes.fromhex(line["prev"]) + (1).to_bytes(8, "big") + line["body"].encode()

    assert hashlib.sha256(hashed).hexdigest() == line["hash"]
    assert leaf_of(hashed).hex() == nora.get(f"{where}proof?entry=1").json()["leaf"]
    assert UUID(entry["event"])
