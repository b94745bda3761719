"""What a step hides from its people they read nowhere: not on the page, nor by program, in lists, tables or files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import Instance
from approvals.operations import start
from approvals.operations.files import bring_file
from tests.approvals.conftest import yes
from tests.approvals.ways import published, step

SECRET = "88877.66"
FIELDS = [
    {"id": "amount", "type": "money"},
    {"id": "lines", "type": "table", "columns": [{"id": "item", "type": "text"}]},
    {"id": "offer", "type": "file"},
    {"id": "note", "type": "text"},
]
HIDES = {"amount": "hide", "lines": "hide", "offer": "hide"}


@pytest.fixture
def request_of_nils(cast: Any) -> Instance:
    """Nora stands in a step that hides all but the note; it comes after one of Nadia's that hides nothing."""
    definition = published(cast, [step(cast, "blind", "nora", fields=HIDES)], form={"fields": FIELDS})
    file = bring_file(actor=cast.nils, definition=definition, upload=SimpleUploadedFile("offer.txt", b"x"))
    form = {
        "amount": {"amount": SECRET, "currency": "CNY"},
        "lines": [{"item": "kanarienvogel"}],
        "offer": [str(file.pk)],
        "note": "open",
    }
    return start(actor=cast.nils, definition=definition, title="Blind", form=form)


def test_who_stands_in_the_step_reads_the_rest_alone(request_of_nils, api, page):
    instance = request_of_nils
    key = Instance.objects.get(pk=instance.pk).form["offer"][0]["id"]
    for address in (f"/approvals/{instance.pk}/", "/approvals/"):
        shown = page("nora").get(address).content.decode()
        assert "Blind" in shown, "premise: the request is there"
        assert "88,877" not in shown
        assert "kanarienvogel" not in shown
        assert key not in shown
    assert api("nora").get(f"approvals/instances/{instance.pk}/").json()["form"] == {"note": "open"}
    for address in ("tables/lines/", f"files/{key}/"):
        assert page("nora").get(f"/approvals/{instance.pk}/{address}").status_code == 404
        assert page("nils").get(f"/approvals/{instance.pk}/{address}").status_code == 200


def test_it_stays_hidden_from_them_when_they_have_decided(cast, request_of_nils, api, page):
    yes(cast.nora, request_of_nils)

    assert api("nora").get(f"approvals/instances/{request_of_nils.pk}/").json()["form"] == {"note": "open"}
    listed = page("nora").get("/approvals/?tab=done").content.decode()
    assert "Blind" in listed, "premise: the request is there"
    assert "88,877" not in listed


def test_who_asked_reads_it_all(request_of_nils, page):
    assert "88,877" in page("nils").get(f"/approvals/{request_of_nils.pk}/").content.decode()
    assert "88,877" in page("nils").get("/approvals/?tab=mine").content.decode()
