"""Signatures: in a field of the form, and under a yes where the step or its contract asks for one."""

from base64 import b64encode
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from approvals.answers import address_for
from approvals.fold import faults
from approvals.models import Assignment, FormFile, Instance, InstanceEvent
from approvals.operations import add_after, edit_fields, retract, start
from approvals.operations.signatures import bring_signature
from approvals.paper import content_of
from approvals.projection import View
from approvals.seals import SEALED, first_unsound
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from tests.approvals.conftest import no, pending, yes
from tests.approvals.ways import begun, ended, published, step

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
SUPPLIER = {"id": "sup", "type": "party", "party": "supplier", "floor": {"signature": True}}
FIELDS = [
    {"id": "hand", "type": "signature", "required": True, "title": {"en": "Signed"}},
    {"id": "note", "type": "text"},
]
TYPED = {"typed": "N. Nilsson"}
PLATFORM = Actor.system("tests")


def drawing(*, blank: bool = False) -> bytes:
    picture, out = Image.new("RGB", (900, 300), "white"), BytesIO()
    if not blank:
        ImageDraw.Draw(picture).line([(20, 250), (400, 40), (880, 200)], fill="black", width=6)
    picture.save(out, "PNG")
    return out.getvalue()


def sent(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def brought(actor: Any, definition: Any, instance: Any = None, png: bytes | None = None) -> FormFile:
    upload = SimpleUploadedFile("mine.png", png or drawing())
    return bring_signature(actor=actor, definition=definition, instance=instance, upload=upload)


def of_partner(cast: Any, *flow: Any, form: Any = None) -> Instance:
    definition = published(cast, list(flow), parties=PARTIES)
    return start(
        actor=cast.nils,
        definition=definition,
        title="T",
        form=form or {},
        parties={"supplier": cast.southbay.pk},
    )


# ── Under a decision ─────────────────────────────────────────────────────────
def test_a_contract_that_wants_a_signature_refuses_a_yes_without_one_and_writes_nothing(cast):
    instance = of_partner(cast, SUPPLIER)

    with pytest.raises(InvalidInput) as refused:
        yes(cast.sol, instance)

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [("/signature", "required")]
    assert pending(instance, cast.sol).state == "PENDING"
    yes(cast.sol, instance, signature={"typed": "Sol"})
    assert Assignment.objects.get(instance=instance, actor=cast.sol.user).signature == {"typed": "Sol"}
    ended(instance, "APPROVED")


def test_the_other_side_reads_that_it_was_signed_and_not_by_whom(cast, page):
    instance = of_partner(cast, SUPPLIER)
    before = page("nils").get(f"/approvals/{instance.pk}/").content.decode()
    assert "Signed, as the contract asks" not in before

    yes(cast.sol, instance, signature={"typed": "S. Solberg"})

    after = page("nils").get(f"/approvals/{instance.pk}/").content.decode()
    assert "Signed, as the contract asks" in after
    assert "S. Solberg" not in after


def test_a_no_needs_no_signature(cast):
    instance = of_partner(cast, SUPPLIER)
    no(cast.sol, instance)
    assert instance.fresh().state != "RUNNING"


def test_a_step_may_ask_for_it_by_itself_and_who_approves_before_others_signs_too(cast):
    instance = begun(cast, [step(cast, "a", signature=True)])

    with pytest.raises(InvalidInput):
        add_after(actor=cast.nora, instance=instance, users=[cast.nils.user_id])
    for said in ("Nora", {}, {"typed": ""}, {"typed": "x" * 121}, {"typed": "a", "file": str(uuid4())}, 7):
        with pytest.raises(InvalidInput) as refused:
            yes(cast.nora, instance, signature=said)
        assert refused.value.errors[0]["pointer"] == "/signature"
    yes(cast.nora, instance, signature={"typed": "Nora"})
    ended(instance, "APPROVED")


def test_what_is_drawn_is_kept_anew_and_shown_to_its_side_alone(cast, api, page):
    instance = of_partner(cast, step(cast, "a", signature=True), SUPPLIER)
    file = brought(cast.nora, instance.definition, instance)
    yes(cast.nora, instance, signature={"file": str(file.pk)})
    yes(cast.sol, instance, signature={"typed": "Sol"})

    address = f"/approvals/{instance.pk}/signatures/{file.pk}/"
    shown = page("nora").get(address)
    picture = Image.open(BytesIO(b"".join(shown.streaming_content)))
    assert (shown.headers["Content-Type"], picture.size, picture.mode) == ("image/png", (600, 200), "L")
    assert page("sol").get(address).status_code == page("otto").get(address).status_code == 404
    told = api("nora").get(f"approvals/instances/{instance.pk}/").json()["runs"][0]["assignments"][0]
    assert told["signature"]["file"] == file.told()
    assert told["signature"]["by"]["id"] == str(cast.nora.user_id)
    theirs = api("sol").get(f"approvals/instances/{instance.pk}/").content.decode()
    assert str(file.pk) not in theirs
    assert address in page("nora").get(f"/approvals/{instance.pk}/").content.decode()
    content = api("nora").get(f"approvals/instances/{instance.pk}/files/{file.pk}/content")
    assert content.status_code == 200


def test_somebody_elses_drawing_and_a_file_that_is_none_sign_nothing(cast, definition_signed):
    instance = start(actor=cast.nils, definition=definition_signed, title="T", form={"hand": TYPED})
    foreign = brought(cast.nils, instance.definition)
    plain = SimpleUploadedFile("a.png", drawing())
    from approvals.operations.files import bring_file

    plain = bring_file(actor=cast.nora, definition=instance.definition, instance=instance, upload=plain)
    for key in (foreign.pk, plain.pk, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            yes(cast.nora, instance, signature={"file": str(key)})
        assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [("/signature", "unknown")]


@pytest.mark.parametrize("png", [b"no picture", drawing(blank=True)])
def test_a_drawing_with_nothing_on_it_is_none(cast, definition_signed, png):
    with pytest.raises(InvalidInput):
        brought(cast.nils, definition_signed, png=png)


def test_it_stands_under_the_seal(cast):
    instance = begun(cast, [step(cast, "a", "nora", "nils", mode={"kind": "all"}, signature=True)])
    yes(cast.nora, instance, signature={"typed": "Nora"}, comment="Fine")

    def unsound() -> Any:
        events = InstanceEvent.objects.filter(instance=instance, type__in=SEALED).order_by("seq")
        return first_unsound(instance, list(events))

    assert unsound() is None
    rows = Assignment.objects.filter(instance=instance, actor=cast.nora.user)
    for forged in ({"typed": "Nils"}, None):
        rows.update(signature=forged)
        assert unsound() is not None
    rows.update(signature={"typed": "Nora"})
    retract(actor=cast.nora, instance=instance)
    assert rows.count() == 0 or rows.get().signature is None
    assert faults(instance.fresh()) == []


def test_by_page_by_letter_by_list_and_by_program_alike(cast, page, api):
    def asked() -> Instance:
        return begun(cast, [step(cast, "a", signature=True)], key=f"way{uuid4().hex[:8]}")

    def verdict(instance: Instance, **said: str) -> dict[str, str]:
        slot = pending(instance, cast.nora)
        return {"verdict": "APPROVED", "assignment": str(slot.pk), "form_rev": "1", **said}

    nora, first = page("nora"), asked()
    assert 'name="signature_typed"' in nora.get(f"/approvals/{first.pk}/").content.decode()
    refused = nora.post(f"/approvals/{first.pk}/decision/", verdict(first))
    assert (refused.status_code, first.fresh().state) == (422, "RUNNING")
    assert (
        nora.post(f"/approvals/{first.pk}/decision/", verdict(first, signature=sent(b"x"))).status_code == 422
    )
    said = verdict(first, signature=sent(drawing()))
    assert nora.post(f"/approvals/{first.pk}/decision/", said).status_code == 302
    assert first.fresh().state == "APPROVED"

    second, letter = asked(), page()
    with acting(PLATFORM):
        where = address_for(cast.nora.user_id, f"/approvals/{second.pk}/")
    assert 'name="signature_typed"' in letter.get(where).content.decode()
    assert letter.post(where, {"verdict": "APPROVED"}).status_code == 422
    assert letter.post(where, {"verdict": "APPROVED", "signature": sent(drawing())}).status_code == 200
    assert second.fresh().state == "APPROVED"

    third = asked()
    chosen = f"{third.pk}:{pending(third, cast.nora).pk}:1"
    nora.post("/approvals/batch/", {"chosen": chosen, "sure": "1"})
    assert third.fresh().state == "RUNNING"
    program, door = api("nora"), f"approvals/instances/{third.pk}/"
    answer = program.post(f"{door}actions/", {"action": "approve"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/signature")
    file = program.post(
        f"{door}files/?as=signature", {"name": "s.png", "content": b64encode(drawing()).decode()}
    )
    assert file.status_code == 201
    answer = program.post(f"{door}actions/", {"action": "approve", "signature": {"file": file.json()["id"]}})
    assert answer.json()["state"] == "APPROVED"


def test_floor_is_not_reached_by_a_yes_that_nobody_signed(cast):
    instance = of_partner(cast, SUPPLIER | {"floor": {"signature": True, "humans": 1}})
    yes(cast.sol, instance, signature={"typed": "Sol"})
    ended(instance, "APPROVED")


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"signature": True, "empty": "auto_pass"}, "/flow/0/empty"),
        ({"signature": True, "sla": {"due": "1h", "overdue": "auto_pass"}}, "/flow/0/sla/overdue"),
        ({"signature": 1}, "/flow/0/signature"),
    ],
)
def test_a_signed_step_never_passes_by_itself(cast, more, pointer):
    with pytest.raises(InvalidInput) as refused:
        published(cast, [step(cast, "a", **more)])
    assert [one["pointer"] for one in refused.value.errors] == [pointer]


# ── In a form ────────────────────────────────────────────────────────────────
@pytest.fixture
def definition_signed(cast):
    return published(
        cast, [step(cast, "a", fields={"note": "edit", "hand": "edit"})], form={"fields": FIELDS}
    )


def test_a_field_says_whose_signature_it_holds_whoever_writes_beside_it(cast, definition_signed, api):
    instance = start(actor=cast.nils, definition=definition_signed, title="T", form={"hand": TYPED})
    assert instance.form["hand"] == {"by": str(cast.nils.user_id), **TYPED}

    edit_fields(actor=cast.nora, instance=instance, changed={"note": "Read"})
    assert Instance.objects.get(pk=instance.pk).form["hand"]["by"] == str(cast.nils.user_id)
    edit_fields(actor=cast.nora, instance=instance, changed={"hand": {"typed": "Nora"}})
    assert Instance.objects.get(pk=instance.pk).form["hand"]["by"] == str(cast.nora.user_id)
    told = api("nils").get(f"approvals/instances/{instance.pk}/").json()["form"]["hand"]
    assert told == {
        "by": {"id": str(cast.nora.user_id), "name": cast.nora.name},
        "typed": "Nora",
    }
    forged = {"by": str(cast.nils.user_id), "typed": "Nils"}
    edit_fields(actor=cast.nora, instance=instance, changed={"hand": forged})
    assert Instance.objects.get(pk=instance.pk).form["hand"]["by"] == str(cast.nora.user_id)


def test_the_page_takes_what_is_drawn_or_typed_and_paper_shows_it(cast, definition_signed, page):
    address, nils = f"/approvals/new/{definition_signed.pk}/", page("nils")

    assert nils.post(address, {"title": "T", "f_note": "n"}).status_code == 422
    assert nils.post(address, {"title": "T", "f_hand_typed": "Nils"}).status_code == 302
    assert nils.post(address, {"title": "Drawn", "f_hand": sent(drawing())}).status_code == 302
    drawn = Instance.objects.get(title="Drawn")
    file = drawn.form["hand"]["file"]
    assert file["content_type"] == "image/png"
    assert (
        f"/approvals/{drawn.pk}/signatures/{file['id']}/"
        in nils.get(f"/approvals/{drawn.pk}/").content.decode()
    )
    with acting(cast.nils):
        paper = dict(content_of(View(Instance.objects.get(pk=drawn.pk), cast.nils))["fields"])["Signed"]
    assert bytes(paper["drawn"][:4]) == b"\x89PNG"
    assert cast.nils.name in paper["words"]
    slot = str(pending(drawn, cast.nora).pk)
    kept = {"assignment": slot, "form_rev": "1", "f_hand": "held", "f_note": "Read"}
    assert page("nora").post(f"/approvals/{drawn.pk}/acts/edit/", kept).status_code == 302
    assert Instance.objects.get(pk=drawn.pk).form["hand"]["file"] == file


def test_a_signed_request_goes_on_paper(cast, definition_signed, page):
    nils = page("nils")
    nils.post(f"/approvals/new/{definition_signed.pk}/", {"title": "Drawn", "f_hand": sent(drawing())})
    drawn = Instance.objects.get(title="Drawn")
    yes(cast.nora, drawn, signature={"typed": "Nora"})

    answer = nils.post(f"/approvals/{drawn.pk}/papers/", follow=True)
    assert answer.headers["Content-Type"] == "application/pdf"
