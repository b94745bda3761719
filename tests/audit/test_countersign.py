"""The second key: organizations that share a record sign what they have seen of it."""

import pytest
from django.db import DatabaseError, transaction

from audit.errors import Contradicted, KeyKnown, KeyRetired
from audit.models import Chain, Checkpoint, Countersignature, OrgKey, with_news
from audit.notes import Signature, holds, new_key, signature_in
from audit.operations import countersign, make_checkpoint, register_org_key, retire_org_key
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice

CLERK = Actor.system("tests")


@pytest.fixture
def private():
    return new_key()


@pytest.fixture
def key(cast, private):
    return register_org_key(
        actor=cast.sol, organization=cast.southbay, public=private.public_key().public_bytes_raw()
    )


@pytest.fixture
def chain(cast):
    seal()
    return Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)


@pytest.fixture
def checkpoint(key, chain):
    return make_checkpoint(actor=CLERK, chain=chain)


def line(private, key, text):
    return Signature(key.name, bytes(key.public), private.sign(text.encode())).line()


def test_a_partner_countersigns_and_everybody_sees_it(cast, api, private, key, checkpoint):
    path = f"workspaces/{cast.apollo.pk}/audit/checkpoints/{checkpoint.size}/"
    said = {"signature": line(private, key, checkpoint.text)}

    answer = api("sol").post(f"{path}signatures/", said)

    assert answer.status_code == 201, answer.json()
    shown = api("nora").get(path).json()
    assert [one["org"]["name"] for one in shown["signatures"]] == [cast.southbay.name]
    text, _, lines = shown["note"].rpartition("\n\n")
    theirs = signature_in(lines.splitlines()[1], key.name, bytes(key.public))
    assert holds(bytes(key.public), theirs, f"{text}\n".encode())
    seal()
    record = api("nora").get(f"workspaces/{cast.apollo.pk}/audit/?action=audit.checkpoint_countersigned")
    assert [one["acting_org"]["name"] for one in record.json()["results"]] == [cast.southbay.name]


def test_signing_twice_is_signing_once(cast, private, key, checkpoint):
    said = {"noun": cast.apollo, "checkpoint": checkpoint, "line": line(private, key, checkpoint.text)}

    assert countersign(actor=cast.sol, **said) == countersign(actor=cast.sol, **said)
    assert Countersignature.objects.filter(checkpoint=checkpoint).count() == 1


def test_what_is_signed_otherwise_is_refused(cast, private, key, checkpoint):
    other = new_key()
    for wrong in (
        line(private, key, checkpoint.text.replace("\n", "\n1", 1)),
        line(other, key, checkpoint.text),
        Signature("elsewhere", bytes(key.public), private.sign(checkpoint.text.encode())).line(),
        "— x y",
        "",
    ):
        with pytest.raises(InvalidInput):
            countersign(actor=cast.sol, noun=cast.apollo, checkpoint=checkpoint, line=wrong)


def test_only_those_sign_who_read_the_record_of_an_organization_that_takes_part(
    cast, private, key, checkpoint
):
    said = {"noun": cast.apollo, "checkpoint": checkpoint, "line": line(private, key, checkpoint.text)}

    for who in (cast.sia, cast.gale, cast.eve, cast.otto):
        with pytest.raises(NotAllowed):
            countersign(actor=who, **said)
    with pytest.raises(InvalidInput):
        countersign(actor=cast.nora, **said)  # for Northwind, with what Southbay signed
    assert countersign(actor=cast.sol, **said)


def test_a_checkpoint_that_contradicts_is_not_signed(cast, private, key, checkpoint, chain):
    Chain.objects.filter(pk=chain.pk).update(edge=b"\x07" * 32 * checkpoint.size.bit_count())
    wrong = make_checkpoint(actor=CLERK, chain=chain)
    assert wrong.contradicts == checkpoint, "premise"

    with pytest.raises(Contradicted):
        countersign(actor=cast.sol, noun=cast.apollo, checkpoint=wrong, line=line(private, key, wrong.text))


def test_a_retired_key_signs_nothing_and_what_it_signed_stays(cast, private, key, checkpoint, chain):
    said = {"noun": cast.apollo, "checkpoint": checkpoint, "line": line(private, key, checkpoint.text)}
    countersign(actor=cast.sol, **said)
    retire_org_key(actor=cast.sol, organization=cast.southbay, key=key)
    with pytest.raises(KeyRetired):
        retire_org_key(actor=cast.sol, organization=cast.southbay, key=key)

    seal()
    later = make_checkpoint(actor=CLERK, chain=chain)
    with pytest.raises(InvalidInput):
        countersign(actor=cast.sol, noun=cast.apollo, checkpoint=later, line=line(private, key, later.text))
    assert Checkpoint.objects.get(pk=checkpoint.pk).is_signed_by(cast.southbay.pk)


def test_only_owners_register_a_key_and_the_next_takes_over(cast, key):
    public = new_key().public_key().public_bytes_raw()
    for who in (cast.sia, cast.nora):
        with pytest.raises(NotAllowed):
            register_org_key(actor=who, organization=cast.southbay, public=public)
    with pytest.raises(KeyKnown):
        register_org_key(actor=cast.sol, organization=cast.southbay, public=bytes(key.public))

    after = register_org_key(actor=cast.sol, organization=cast.southbay, public=public)

    assert list(OrgKey.objects.in_use().filter(org_id=cast.southbay.pk)) == [after]


def test_a_checkpoint_waits_for_each_partner_with_one_word(cast, key, checkpoint, chain, private):
    def told():
        return Notice.objects.filter(kind="record", recipient=cast.sol.user).count()

    def again():
        seal()
        return make_checkpoint(actor=CLERK, chain=chain)

    seal()
    assert told() == 1
    second = again()
    seal()
    assert second.size > checkpoint.size, "premise: what was signed is itself on record"
    assert told() == 1, "one word until it is signed"

    said = line(private, key, second.text)
    countersign(actor=cast.sol, noun=cast.apollo, checkpoint=second, line=said)
    again()
    seal()
    assert told() == 2


def test_when_a_record_does_not_continue_all_who_read_it_are_told(cast, checkpoint, chain):
    Chain.objects.filter(pk=chain.pk).update(edge=b"\x07" * 32 * checkpoint.size.bit_count())
    make_checkpoint(actor=CLERK, chain=chain)
    seal()

    told = Notice.objects.filter(kind="record", event_name="audit.checkpoint_contradicted")
    assert {one.recipient.name.split()[0] for one in told} == {"Nora", "Ada", "索南"}


def test_signing_alone_is_nothing_new(cast, private, key, checkpoint, chain):
    said = line(private, key, checkpoint.text)
    countersign(actor=cast.sol, noun=cast.apollo, checkpoint=checkpoint, line=said)
    seal()
    mine = Chain.objects.filter(pk=chain.pk)
    assert mine.get().last_seq > checkpoint.size, "premise: it was recorded that it was signed"

    assert not with_news(mine).exists()


def test_signatures_stay(cast, private, key, checkpoint):
    said = line(private, key, checkpoint.text)
    signed = countersign(actor=cast.sol, noun=cast.apollo, checkpoint=checkpoint, line=said)
    for change in (lambda rows: rows.update(org_name="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Countersignature.objects.filter(pk=signed.pk))


def test_keys_are_listed_and_registered_by_the_api(cast, api):
    path = f"orgs/{cast.southbay.pk}/record-keys/"
    public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    made = api("sol").post(path, {"public_key": public})

    assert (made.status_code, made.json()["public_key"]) == (201, public)
    assert api("sol").get(path).json()["results"] == [made.json()]
    assert api("sol").post(path, {"public_key": public}).json()["code"] == "key_known"
    assert api("sol").post(path, {"public_key": "AAAA"}).status_code == 422
    assert api("nora").get(path).status_code == 403

    mine = f"{path}{made.json()['id']}/"
    assert api("nora").delete(mine).status_code == 403
    assert api("sol").delete(mine).status_code == 204
    assert api("sol").delete(mine).json()["code"] == "key_retired"
    assert api("sol").delete(f"{path}{cast.southbay.pk}/").status_code == 404
