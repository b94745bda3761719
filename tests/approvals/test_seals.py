"""Each decision stands under its organization's seal: what is changed, left out or put in shows."""

import shutil
from io import StringIO

import pytest
from django.core.management import call_command

from approvals import seals
from approvals.fold import faults
from approvals.models import Assignment, InstanceEvent, SealKey
from approvals.operations import retract, return_to
from approvals.seals import first_unsound
from audit import signing
from audit.models import SigningKey
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
