"""Files in forms: brought by who writes, read by whom the field is shown to, never changed."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import FormFile, Instance
from approvals.operations import amend, edit_fields, start
from approvals.operations.files import bring_file
from approvals.tasks import forget_files
from kernel.errors import InvalidInput, NotAllowed
from tests.approvals.conftest import yes
from tests.approvals.ways import case, ended, published, states, step

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
FIELDS = [
    {"id": "offer", "type": "file", "title": {"en": "Offer"}},
    {"id": "costing", "type": "file", "vis": {"supplier": "hidden"}, "max": 2},
    {"id": "note", "type": "text"},
]
SUPPLIER = {"id": "sup", "type": "party", "party": "supplier", "expose": ["offer"], "write": ["offer"]}
WORDS = b"thirty pieces"


def way(cast: Any, *flow: Any, **more: Any) -> Any:
    return published(cast, list(flow), parties=PARTIES, form={"fields": FIELDS}, **more)


def brought(
    actor: Any, definition: Any, name: str = "offer.txt", instance: Any = None, words: bytes = WORDS
) -> FormFile:
    upload = SimpleUploadedFile(name, words)
    return bring_file(actor=actor, definition=definition, upload=upload, instance=instance)


def asked(cast: Any, definition: Any, **form: Any) -> Instance:
    said = {name: [str(one.pk) for one in files] for name, files in form.items()}
    return start(
        actor=cast.nils,
        definition=definition,
        title="Offer",
        form=said,
        parties={"supplier": cast.southbay.pk},
    )


@pytest.fixture
def definition(cast):
    return way(cast, SUPPLIER, step(cast, "a", fields={"offer": "edit"}))


@pytest.fixture
def running(cast, definition) -> Instance:
    files = (
        brought(cast.nils, definition),
        brought(cast.nils, definition, "costing.txt", words=b"twelve each"),
    )
    return asked(cast, definition, offer=[files[0]], costing=[files[1]])


def keys(instance: Instance) -> tuple[str, str]:
    form = Instance.objects.get(pk=instance.pk).form
    return form["offer"][0]["id"], form["costing"][0]["id"]


def test_the_form_holds_what_the_bytes_are(cast, running):
    offer = Instance.objects.get(pk=running.pk).form["offer"][0]

    assert (offer["name"], offer["size"], len(offer["sha256"])) == ("offer.txt", len(WORDS), 64)
    yes(cast.sol, running)
    yes(cast.nora, running)
    ended(running, "APPROVED")


def test_who_reads_the_field_reads_the_bytes_and_nobody_else(cast, running, page, api):
    offer, costing = keys(running)

    def bytes_of(who: str, key: str) -> tuple[int, bytes]:
        answer = page(who).get(f"/approvals/{running.pk}/files/{key}/")
        found = b"".join(answer.streaming_content) if answer.streaming else b""
        program = api(who).get(f"approvals/instances/{running.pk}/files/{key}/content")
        assert program.status_code == answer.status_code
        return answer.status_code, found

    assert bytes_of("nils", offer) == bytes_of("sol", offer) == (200, WORDS)
    assert bytes_of("nils", costing) == (200, b"twelve each")
    assert (
        bytes_of("sol", costing)[0] == bytes_of("sol", str(uuid4()))[0] == bytes_of("otto", offer)[0] == 404
    )
    told = api("sol").get(f"approvals/instances/{running.pk}/").json()["form"]
    assert set(told) == {"offer"}
    assert costing not in page("sol").get(f"/approvals/{running.pk}/").content.decode()


@pytest.mark.parametrize("who", ["nils", "sol"])
def test_who_takes_a_file_along_stands_in_the_record_of_their_side_alone(
    cast, running, page, api, recorded, who
):
    offer, costing = keys(running)
    there = {"nils": cast.northwind, "sol": cast.southbay}[who]

    page(who).get(f"/approvals/{running.pk}/files/{offer}/")
    api(who).get(f"approvals/instances/{running.pk}/files/{offer}/content")
    page("otto").get(f"/approvals/{running.pk}/files/{offer}/")
    page("sol").get(f"/approvals/{running.pk}/files/{costing}/")

    facts = recorded("approvals.file_taken")
    assert [(one.payload["file_id"], one.payload["file_name"]) for one in facts] == [(offer, "offer.txt")] * 2
    assert {tuple(one.org_ids) for one in facts} == {(there.pk,)}
    assert not any(one.workspace_id for one in facts), "the room is read by both"


def test_bytes_leave_for_the_disk_and_never_as_a_page_of_ours(cast, definition, page):
    file = brought(cast.nils, definition, "../../<b>page</b>.html", words=b"<script>alert(1)</script>")
    instance = asked(cast, definition, offer=[file])

    answer = page("nils").get(f"/approvals/{instance.pk}/files/{file.pk}/")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<b>page" not in page("nils").get(f"/approvals/{instance.pk}/").content.decode()


def test_a_file_is_taken_once_by_who_brought_it_for_this_kind_of_request(cast, definition):
    mine, colleagues = brought(cast.nils, definition), brought(cast.nora, definition)
    elsewhere = brought(cast.nils, way(cast, step(cast, "a"), key="other"))
    first = asked(cast, definition, offer=[mine])
    for file in (mine, colleagues, elsewhere):
        with pytest.raises(InvalidInput) as refused:
            asked(cast, definition, offer=[file])
        assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [
            ("/form/offer/0", "unknown")
        ]
    assert first.files.count() == 1


@pytest.mark.parametrize("said", ["x", ["x"], [7], [{"name": "x"}], [{"id": None}], {"id": "x"}])
def test_what_is_no_list_of_files_is_refused(cast, definition, said):
    with pytest.raises(InvalidInput):
        start(
            actor=cast.nils,
            definition=definition,
            title="T",
            form={"offer": said},
            parties={"supplier": cast.southbay.pk},
        )


def test_the_partner_brings_one_where_the_contract_lets_it_and_cannot_reach_for_a_hidden_one(cast, running):
    offer, costing = keys(running)
    mine = brought(cast.sol, running.definition, "answer.txt", running)

    with pytest.raises(InvalidInput):
        edit_fields(actor=cast.sol, instance=running, changed={"offer": [costing]})
    edit_fields(actor=cast.sol, instance=running, changed={"offer": [offer, str(mine.pk)]})

    assert [one["name"] for one in Instance.objects.get(pk=running.pk).form["offer"]] == [
        "offer.txt",
        "answer.txt",
    ]
    yes(cast.sol, running)
    with pytest.raises(NotAllowed):
        brought(cast.sia, running.definition, instance=running)


def test_a_change_of_what_was_approved_may_hold_its_files(cast, page):
    definition = way(cast, step(cast, "a"))
    instance = asked(cast, definition, offer=[brought(cast.nils, definition)])
    yes(cast.nora, instance)

    new = amend(actor=cast.nils, instance=instance.fresh(), purpose="amend", changed={"note": "less"})

    key = Instance.objects.get(pk=new.pk).form["offer"][0]["id"]
    assert page("nora").get(f"/approvals/{new.pk}/files/{key}/").status_code == 200


def test_a_condition_asks_whether_there_is_a_file(cast):
    branch = {"id": "b", "type": "branch", "default": [], "cases": [
        case({"not": {"empty": "$offer"}}, step(cast, "checks"))
    ]}  # fmt: skip
    definition = way(cast, branch)

    assert "checks" in states(asked(cast, definition, offer=[brought(cast.nils, definition)]))
    assert "checks" not in states(asked(cast, definition))


def test_what_no_form_holds_goes_after_a_day(cast, definition, running, monkeypatch):
    loose = brought(cast.nils, definition)
    forget_files()
    assert default_storage.exists(loose.stored), "premise: it lies there until then"

    monkeypatch.setattr("approvals.operations.files.LOOSE_FOR", timedelta(minutes=-1))
    forget_files()

    assert not FormFile.objects.filter(pk=loose.pk).exists()
    assert FormFile.objects.filter(instance=running).count() == 2


# ── By page and by program ───────────────────────────────────────────────────
def test_a_program_brings_a_file_and_names_it(cast, definition, api):
    where = f"approvals/definitions/{definition.pk}/files/"
    made = api("nils").post(where, {"name": "offer.txt", "content": b64encode(WORDS).decode()})
    assert made.status_code == 201, made.json()

    said = {"definition": str(definition.pk), "title": "T", "form": {"offer": [made.json()["id"]]}}
    made_ = api("nils").post("approvals/instances/", said | {"parties": {"supplier": str(cast.southbay.pk)}})

    assert made_.status_code == 201, made_.json()
    assert made_.json()["form"]["offer"] == [made.json()]
    assert api("sol").post(where, {"name": "x", "content": ""}).status_code == 404
    assert api("nils").post(where, {"name": "x", "content": "%"}).status_code == 422
    assert api("nils").post(where, {"name": "x", "content": ""}).status_code == 422


def test_a_form_without_a_script_brings_its_files_along_and_keeps_them_when_it_is_refused(
    cast, definition, page
):
    address = f"/approvals/new/{definition.pk}/"
    said = {
        "title": "",
        "p_supplier": str(cast.southbay.pk),
        "f_offer": SimpleUploadedFile("offer.txt", WORDS),
    }

    refused = page("nils").post(address, said)

    assert refused.status_code == 422
    file = FormFile.objects.loose().get(uploader=cast.nils.user)
    assert f'value="{file.pk}" checked' in refused.content.decode()
    sent = page("nils").post(address, said | {"title": "Offer", "f_offer": str(file.pk)})
    assert sent.status_code == 302, sent.content.decode()
    empty = page("nils").post(
        address, said | {"title": "Offer", "f_offer": SimpleUploadedFile("none.txt", b"")}
    )
    assert empty.status_code == 422


def test_a_draft_shows_its_files_and_lets_one_go(cast, definition, page):
    file = brought(cast.nils, definition)
    page("nils").post(
        f"/approvals/new/{definition.pk}/", {"title": "Later", "f_offer": str(file.pk), "draft": "1"}
    )
    made = Instance.objects.filter(initiator=cast.nils.user).latest("pk")
    address = f"/approvals/{made.pk}/draft/"
    assert "offer.txt" in page("nils").get(address).content.decode()

    page("nils").post(address, {"title": "Later", "draft": "1"})

    assert "offer" not in Instance.objects.get(pk=made.pk).form


def test_a_step_changes_files_by_its_dialog(cast, page):
    definition = way(cast, step(cast, "a", fields={"offer": "edit"}))
    instance = asked(cast, definition, offer=[brought(cast.nils, definition)])
    slot = instance.assignments.get(state="PENDING")
    said = {
        "assignment": str(slot.pk),
        "form_rev": "1",
        "f_offer": SimpleUploadedFile("better.txt", b"better"),
    }

    sent = page("nora").post(f"/approvals/{instance.pk}/acts/edit/", said)

    assert sent.status_code == 302, sent.content.decode()
    assert [one["name"] for one in Instance.objects.get(pk=instance.pk).form["offer"]] == ["better.txt"]
