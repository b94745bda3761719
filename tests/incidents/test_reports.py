"""What was published stays, the record holds its digest, and partners read what was written for them."""

import csv
import hashlib
import json
from io import StringIO

import pytest
from django.urls import reverse

from audit.models import Chain, Entry
from audit.operations import make_checkpoint
from audit.tasks import seal
from incidents.models import Report
from incidents.operations import (
    change_incident,
    join_thing,
    publish_report,
    unshare_incident,
    write_note,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotAllowed
from tests.incidents.conftest import SECRET

SUMMARY = "A price list left the room and was deleted."
INSIDE = "A word among us"


@pytest.fixture
def described(cast, leak):
    write_note(actor=cast.nora, incident=leak, text=INSIDE)
    change_incident(actor=cast.nora, incident=leak, summary=SUMMARY)
    seal()
    return leak


def published(cast, leak, audience):
    return publish_report(actor=cast.nora, incident=leak, audience=audience)


def test_the_record_holds_the_digest_of_what_was_published(cast, described):
    report = published(cast, described, "inside")
    seal()

    entry = Entry.objects.get(name="incidents.report_published")
    assert entry.payload["sha256"] == report.sha256 == hashlib.sha256(report.body.encode()).hexdigest()


def test_what_changes_later_is_a_version_of_its_own(cast, described):
    first = published(cast, described, "inside")
    change_incident(actor=cast.nora, incident=described, summary="Otherwise")
    second = published(cast, described, "inside")

    assert (first.fresh().said["summary"], second.said["summary"]) == (SUMMARY, "Otherwise")
    assert (first.version, second.version) == (1, 2)


def test_nobody_of_the_application_changes_one(cast, described):
    report = published(cast, described, "inside")
    with acting(cast.nora):
        assert Report.objects.filter(pk=report.pk).update(body="{}") == 0
        assert Report.objects.filter(pk=report.pk).delete()[0] == 0
    assert report.fresh().body == report.body


def test_partners_read_what_was_written_for_them_and_no_more(cast, api, page, described, share):
    ours, theirs = (published(cast, described, one) for one in ("inside", "partners"))
    place = f"incidents/{described.pk}/reports/"
    sol = api("sol")
    assert [one["id"] for one in sol.get(place).json()["results"]] == [str(theirs.pk)]
    assert sol.get(f"{place}{ours.pk}/").status_code == 404
    shown = page("sol").get(reverse("incident_report", args=[described.pk, theirs.pk])).content.decode()
    assert SUMMARY in shown
    said = sol.get(f"{place}{theirs.pk}/").json()["body"]
    assert not [word for word in (SECRET, INSIDE, cast.gale.user.name, "timeline") if word in said]
    with acting(cast.sol):
        assert list(Report.objects.values_list("pk", flat=True)) == [theirs.pk]

    unshare_incident(actor=cast.nora, share=share)
    assert sol.get(f"{place}{theirs.pk}/").status_code == 404
    with acting(cast.sol):
        assert not Report.objects.exists()


@pytest.mark.parametrize("who", ["ada", "sol"])
def test_nobody_else_publishes(cast, described, share, who):
    with pytest.raises(NotAllowed):
        publish_report(actor=cast.actor(who), incident=described, audience="inside")


def test_ones_own_report_proves_what_it_tells(cast, page, described):
    join_thing(actor=cast.nora, incident=described, thing=cast.nora.user)
    seal()
    chain = Chain.objects.get(kind="org", noun_id=cast.northwind.pk)
    checkpoint = make_checkpoint(actor=Actor.system("tests"), chain=chain)
    report = published(cast, described, "inside")

    said = report.said
    line = next(one for one in said["timeline"] if one.get("action") == "incidents.incident_opened")
    entry = Entry.objects.get(chain=chain, seq=line["seq"])
    assert line["hash"] == bytes(entry.hash).hex()
    note = {one["record"]: one["note"] for one in said["checkpoints"]}[f"org:{cast.northwind.pk}"]
    assert note == checkpoint.note
    assert INSIDE in [one.get("note") for one in said["timeline"]]
    assert (
        SECRET in page("ada").get(reverse("incident_report", args=[described.pk, report.pk])).content.decode()
    )


def test_the_timeline_is_taken_along_with_its_hashes(cast, page, described):
    nora = page("nora")
    table = nora.get(reverse("incident_timeline_table", args=[described.pk])).content.decode()
    rows = list(csv.DictReader(StringIO(table.removeprefix("\ufeff"))))
    said = json.loads(nora.get(reverse("incident_timeline_json", args=[described.pk])).content)

    hashes = {bytes(one).hex() for one in Entry.objects.values_list("hash", flat=True)}
    assert {one["hash"] for one in rows} <= hashes
    assert {one["hash"] for one in rows} <= {one["hash"] for one in said["entries"]}
    assert {one["record"] for one in said["checkpoints"]} == {one["record"] for one in said["entries"]}
    seal()
    assert Entry.objects.filter(name="audit.record_exported", actor_id=cast.nora.user_id).count() >= 2


def test_programs_take_the_timeline_along_as_people_do(cast, api, page, described):
    where, nora = f"incidents/{described.pk}/timeline/", api("nora")
    table, said = nora.get(f"{where}table"), nora.get(f"{where}json")

    for made, name in ((table, "incident_timeline_table"), (said, "incident_timeline_json")):
        assert made.status_code == 200
        assert made.content == page("nora").get(reverse(name, args=[described.pk])).content
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert said.json()["entries"]
    for who in ("nils", "sol"):
        assert api(who).get(f"{where}json").status_code == api(who).get(f"{where}table").status_code != 200
    seal()
    taken = Entry.objects.filter(name="audit.record_exported", actor_id=cast.nora.user_id)
    assert taken.count() == 4
