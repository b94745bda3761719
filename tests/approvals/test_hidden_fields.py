"""What a step hides from its people they read nowhere: not on the page, nor by program, in lists, tables or files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Instance
from approvals.operations import start
from approvals.operations.files import bring_file
from orgs.models import Membership
from tests.approvals.conftest import yes
from tests.approvals.test_contracts import fragment
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


@pytest.fixture
def asked_of_southbay(cast: Any) -> Instance:
    """Southbay's own way hides the sum from Sol's step; Northwind shows it to Southbay. Sia stands in the step after."""
    Membership.objects.filter(organization=cast.southbay, user=cast.sia.user).update(role="member")
    hidden = step(cast, "first", "sol", fields={"amount": "hide"})
    fragment(cast, [hidden, step(cast, "second", "sia")], {"of": "way"}, FIELDS[:1])
    parties = [
        {"id": "buyer", "bind": "initiator"},
        {"id": "supplier", "bind": "counterparty", "required": True},
    ]
    flow = [
        step(cast, "second", "nora", fields={"amount": "hide"}),
        {"id": "s", "type": "party", "party": "supplier"},
    ]
    definition = published(cast, flow, form={"fields": FIELDS[:1]}, parties=parties)
    form = {"amount": {"amount": SECRET, "currency": "CNY"}}
    asked = {"parties": {"supplier": cast.southbay.pk}}
    instance = start(actor=cast.nils, definition=definition, title="Blind", form=form, **asked)
    return yes(cast.nora, instance)


@pytest.mark.parametrize(
    "address", ["/approvals/", "/approvals/?tab=all", "/approvals/approvals.csv?tab=all"]
)
def test_a_partners_own_way_hides_a_sum_in_its_lists_too(asked_of_southbay, cast, page, address):
    """A step of that name in the asking organization's way hides it there, which is no business of the partner's."""
    plain = SECRET if ".csv" in address else "88,877"
    shown = page("sol").get(address).content.decode()
    assert "Blind" in shown, "premise: the request is there"
    assert plain not in shown
    assert plain not in page("sol").get(f"/approvals/{asked_of_southbay.pk}/").content.decode()

    yes(cast.sol, asked_of_southbay)

    listed = page("sol").get(address.replace("approvals/?tab=all", "approvals/?tab=done")).content.decode()
    assert ("Blind" in listed, plain in listed) == (address != "/approvals/", False)
    theirs = page("sia").get(address).content.decode()
    assert "Blind" in theirs
    assert plain in theirs, "the step after shows it"


def test_the_lists_of_a_partner_cost_the_same_however_many_requests_there_are(asked_of_southbay, cast, page):
    sol, definition = page("sol"), asked_of_southbay.definition
    sol.get("/approvals/?tab=all")
    with CaptureQueriesContext(connection) as before:
        sol.get("/approvals/?tab=all")
    for count in range(4):
        form = {"amount": {"amount": f"{count}.00", "currency": "CNY"}}
        parties = {"supplier": cast.southbay.pk}
        one = start(actor=cast.nils, definition=definition, title="More", form=form, parties=parties)
        yes(cast.nora, one)
    with CaptureQueriesContext(connection) as after:
        assert "More" in sol.get("/approvals/?tab=all").content.decode()

    assert len(after) <= len(before)


def test_who_asked_reads_it_all(request_of_nils, page):
    assert "88,877" in page("nils").get(f"/approvals/{request_of_nils.pk}/").content.decode()
    assert "88,877" in page("nils").get("/approvals/?tab=mine").content.decode()
