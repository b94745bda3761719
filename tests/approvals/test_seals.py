"""Each decision stands under its organization's seal: what is changed, left out or put in shows."""

import shutil
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from approvals import seals
from approvals.fold import faults
from approvals.models import Assignment, InstanceEvent, SealKey
from approvals.operations import retract, return_to
from approvals.seals import first_unsound
from audit import signing
from audit.errors import KeyLost
from audit.models import SigningKey
from kernel.errors import ConfirmationNeeded, NotAllowed
from orgs.models import Membership
from tests.approvals.conftest import no, yes
from tests.approvals.ways import begun, step


@pytest.fixture
def done(cast, running):
    yes(cast.nora, running, comment="As agreed.")
    yes(cast.nora, running)
    yes(cast.sol, running, comment="We deliver.", audience="shared")
    return running.fresh()


def decided(instance):
    return list(InstanceEvent.objects.filter(instance=instance, type__in=seals.SEALED).order_by("seq"))


def test_each_decision_is_sealed_with_the_key_of_the_organization_it_was_for(cast, done):
    found = decided(done)
    keys = {one.name: one.org_id for one in SealKey.objects.all()}

    assert [keys[one.payload["seal"]["key"]] for one in found] == [one.acting_org_id for one in found]
    assert {one.acting_org_id for one in found} == {cast.northwind.pk, cast.southbay.pk}
    assert first_unsound(done, found) is None
    assert faults(done) == []


def test_a_no_and_a_way_back_are_sealed_too(cast, running):
    return_to(actor=cast.nora, instance=running, comment="Which wall?")

    assert [one.type for one in decided(running)] == ["sent_back"]
    assert first_unsound(running, decided(running)) is None


def test_a_word_taken_back_and_given_anew_holds(cast):
    running = begun(cast, [step(cast, "ask", "nora", "nils", mode={"kind": "all"})])
    yes(cast.nora, running, comment="Yes.")
    retract(actor=cast.nora, instance=running)
    assert faults(running.fresh()) == []

    no(cast.nora, running, "On second thoughts.")
    assert faults(running.fresh()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.payload.update(verdict="REJECTED"),
        lambda one: one.payload.update(form_rev=7),
        lambda one: one.payload["seal"].update(comment="0" * 64),
        lambda one: one.payload.pop("seal"),
        lambda one: one.payload["seal"].update(sig="nothing"),
        lambda one: setattr(one, "principal_id", None),
        lambda one: setattr(one, "at", one.at.replace(year=2020)),
    ],
)
def test_what_is_changed_shows(done, change):
    found = decided(done)
    assert first_unsound(done, found) is None, "premise"

    change(found[1])

    assert first_unsound(done, found) == found[1]


def test_a_key_of_ones_own_making_seals_nothing(cast, done):
    """Who writes to the database alone signs in nobody's name: the platform's key has not signed theirs."""
    private = seals.notes.new_key()
    mine = SealKey.objects.create(
        org_id=cast.northwind.pk, public=private.public_key().public_bytes_raw(), endorser=SealKey.objects.first().endorser,
        endorsement=bytes(64),
    )  # fmt: skip
    found = decided(done)
    found[0].payload["seal"]["key"] = mine.name
    found[0].payload["seal"]["sig"] = seals.b64encode(private.sign(seals.words_of(found[0]))).decode()

    assert first_unsound(done, found) == found[0]


def test_a_partners_key_seals_nothing_of_ours(cast, done):
    found = decided(done)
    theirs, private = seals._key_of(cast.southbay.pk)
    found[0].payload["seal"]["key"] = theirs
    found[0].payload["seal"]["sig"] = seals.b64encode(private.sign(seals.words_of(found[0]))).decode()

    assert first_unsound(done, found) == found[0]


def test_a_comment_that_is_not_the_one_that_was_sealed_shows(done):
    rows = Assignment.objects.filter(instance=done).exclude(comment="")
    assert rows.exclude(salt="").count() == 2, "premise: two have said something"
    rows.filter(comment="We deliver.").update(comment="We deliver nothing.")

    assert faults(done) == ["seals"]


def test_what_is_erased_leaves_the_chain_and_the_seals_whole(done):
    Assignment.objects.filter(instance=done).update(comment="", salt="")
    told = InstanceEvent.objects.filter(instance=done).values_list("payload", flat=True)

    assert faults(done) == []
    assert "As agreed." not in str(list(told)), "the words themselves were never linked"


def test_whoever_has_no_file_of_a_key_begins_another(cast, done, settings, tmp_path):
    platforms = signing.file_of(SigningKey.objects.get(retired_at=None))
    settings.DATA_DIR = tmp_path
    (tmp_path / "record_keys").mkdir()
    shutil.copy(platforms, tmp_path / "record_keys")
    seals.forget_keys()
    before = SealKey.objects.count()

    assert seals._key_of(cast.northwind.pk)[0] not in {one.payload["seal"]["key"] for one in decided(done)}
    assert SealKey.objects.count() == before + 1
    assert faults(done) == [], "what was sealed with the one before still holds"


def test_a_command_tells_whether_all_is_whole(cast, done):
    out = StringIO()
    call_command("approvals_verify", "--org", "northwind", stdout=out)
    assert out.getvalue().startswith("whole: ")
    Assignment.objects.filter(instance=done, comment="We deliver.").update(comment="No.")

    with pytest.raises(SystemExit):
        call_command("approvals_verify", stdout=out)
    assert f"broken: {done.pk}: seals" in out.getvalue()


@pytest.fixture
def own_keys(settings, tmp_path):
    """The keys of this test alone: what is rotated is removed."""
    shutil.copytree(settings.DATA_DIR / "record_keys", tmp_path / "record_keys")
    settings.DATA_DIR = tmp_path


def test_a_new_seal_takes_over_and_what_the_old_one_sealed_holds(cast, done, recorded, own_keys):
    old = SealKey.objects.get(org_id=cast.northwind.pk)

    new = seals.rotate_seal_key(actor=cast.nora, organization=cast.northwind)

    later = begun(cast, [step(cast, "a", "nora")])
    yes(cast.nora, later)
    assert [one.payload["seal"]["key"] for one in decided(later)] == [new.name]
    assert faults(done) == faults(later.fresh()) == []
    assert old.fresh().retired_at is not None
    assert not signing.file_of(old).exists(), "nobody seals with it any more"
    (fact,) = recorded("approvals.seal_key_rotated")
    assert (fact.payload["key"], fact.payload["before"]) == (new.name, [old.name])
    assert tuple(fact.org_ids) == (cast.northwind.pk,)


def test_what_an_old_seal_stands_under_later_does_not_hold(cast, done):
    SealKey.objects.filter(org_id=cast.northwind.pk).update(
        retired_at=decided(done)[0].at - seals.ENDS_WITHIN - timedelta(seconds=1)
    )

    assert first_unsound(done, decided(done)) == decided(done)[0]


def test_a_process_that_holds_an_old_key_looks_for_the_new_one_soon(cast, done, own_keys, monkeypatch):
    held = dict(seals._held)
    new = seals.rotate_seal_key(actor=cast.nora, organization=cast.northwind)
    seals._held.update(held)  # as in another process

    one = begun(cast, [step(cast, "a", "nora")])
    yes(cast.nora, one)
    assert decided(one)[0].payload["seal"]["key"] != new.name, "premise: for a moment it goes on"
    assert faults(one.fresh()) == []

    monkeypatch.setattr(seals, "HELD_FOR", -1.0)
    other = begun(cast, [step(cast, "a", "nora")], key="other")
    yes(cast.nora, other)
    assert decided(other)[0].payload["seal"]["key"] == new.name


def test_only_owners_begin_a_new_seal_and_those_who_have_just_signed_in(cast, done, own_keys, page):
    for actor in (cast.nils, cast.sol):
        with pytest.raises(NotAllowed):
            seals.rotate_seal_key(actor=actor, organization=cast.northwind)
    with pytest.raises(ConfirmationNeeded):
        seals.rotate_seal_key(actor=replace(cast.nora, is_recent=False), organization=cast.northwind)
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(role="admin")
    shown = page("nils").get("/approvals/keys/").content.decode()
    assert SealKey.objects.get(org_id=cast.northwind.pk).name in shown
    assert "/approvals/keys/seal/" not in shown, "no button that refuses"
    assert SealKey.objects.get(org_id=cast.southbay.pk).name not in shown
    assert page("nils").post("/approvals/keys/seal/").status_code == 403

    assert page("nora").post("/approvals/keys/seal/").status_code == 302

    assert SealKey.objects.filter(org_id=cast.northwind.pk, retired_at=None).count() == 1
    assert "/approvals/keys/seal/" in page("nora").get("/approvals/keys/").content.decode()


def test_a_new_key_that_the_platform_cannot_sign_leaves_the_old_one(cast, done, settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with pytest.raises(KeyLost):
        seals.rotate_seal_key(actor=cast.nora, organization=cast.northwind)

    assert SealKey.objects.get(org_id=cast.northwind.pk).retired_at is None
    assert faults(done) == []


def test_operators_begin_a_new_seal_by_a_command(cast, done, own_keys):
    said = StringIO()

    call_command("approvals_rotate_seal", "northwind", stdout=said)

    assert SealKey.objects.get(org_id=cast.northwind.pk, retired_at=None).name == said.getvalue().strip()
    with pytest.raises(CommandError):
        call_command("approvals_rotate_seal", "nobody")
