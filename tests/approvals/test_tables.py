"""A table on its way: filled in, computed, shown to whom it is exposed, changed where a step lets one."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest

from approvals.errors import FieldLocked
from approvals.models import Instance
from approvals.operations import edit_fields, start
from kernel.errors import InvalidInput, NotAllowed
from tests.approvals.conftest import yes
from tests.approvals.ways import case, ended, published, states, step

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
FIELDS = [
    {"id": "lines", "type": "table", "required": True, "title": {"en": "Lines"}, "columns": [
        {"id": "item", "type": "text", "required": True},
        {"id": "kind", "type": "select", "options": [{"value": "raw", "title": {"en": "Raw", "zh-hans": "原料"}}]},
        {"id": "pieces", "type": "int", "required": True},
        {"id": "price", "type": "money", "required": True},
        {"id": "on", "type": "date"},
        {"id": "ok", "type": "bool"},
        {"id": "cost", "type": "formula", "currency": "CNY", "formula": {"mul": ["$row.pieces", "$row.price"]}},
    ]},
    {"id": "total", "type": "formula", "currency": "CNY", "formula": {"sum": "$lines.cost"}},
    {"id": "bonus", "type": "decimal", "vis": {"supplier": "hidden"}},
    {"id": "ours", "type": "formula", "currency": "CNY", "vis": {"supplier": "hidden"},
     "formula": {"mul": ["$total", "$bonus"]}},
    {"id": "stay", "type": "range"},
    {"id": "at", "type": "datetime"},
]  # fmt: skip


def yuan(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def line(item: str = "Bolt", pieces: int = 3, price: str = "0.10") -> dict[str, Any]:
    return {"item": item, "pieces": pieces, "price": yuan(price)}


FORM = {
    "lines": [line(), line("=1+1", 1, "0.20")],
    "bonus": "0.5",
    "stay": {"from": "2026-11-30", "to": "2026-12-04"},
    "at": "2026-11-30T14:30+08:00",
}
EVERYTHING = {"id": "sup", "type": "party", "party": "supplier", "expose": ["lines", "total", "stay", "at"]}


def asked(cast: Any, *flow: Any, form: Any = None) -> Instance:
    definition = published(cast, list(flow), parties=PARTIES, form={"fields": FIELDS})
    return start(
        actor=cast.nils,
        definition=definition,
        title="Order",
        form=form or FORM,
        parties={"supplier": cast.southbay.pk},
    )


def form_of(instance: Instance) -> Any:
    return Instance.objects.get(pk=instance.pk).form


def test_the_server_computes_and_the_facts_hold_the_results(cast):
    instance = asked(cast, step(cast, "a"))

    assert form_of(instance)["total"] == yuan("0.50")
    assert form_of(instance)["ours"] == yuan("0.25")
    assert form_of(instance)["at"] == "2026-11-30T06:30:00Z"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_a_result_is_not_taken_from_who_asks(cast):
    with pytest.raises(InvalidInput) as refused:
        asked(cast, step(cast, "a"), form=FORM | {"total": yuan("1.00")})

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [("/form/total", "read_only")]


@pytest.mark.parametrize(
    "condition",
    [
        {"eq": [{"sum": "$lines.cost"}, "0.5"]},
        {"eq": [{"count": "$lines"}, 2]},
        {"eq": ["$total", "0.50"]},
        {"eq": ["$stay.days", 5]},
        {"gt": ["$stay.to", "2026-12-01"]},
        {"lt": ["$at", "2026-11-30T14:31:00+08:00"]},
    ],
)
def test_a_branch_is_taken_by_what_is_computed(cast, condition):
    branch = {"id": "b", "type": "branch", "cases": [case(condition, step(cast, "big"))], "default": []}

    assert "big" in states(asked(cast, branch))


def test_a_step_that_may_write_the_table_makes_the_results_follow(cast):
    instance = asked(cast, step(cast, "a", fields={"lines": "edit"}))

    edit_fields(actor=cast.nora, instance=instance, changed={"lines": [line(pieces=10)]})

    assert form_of(instance)["total"] == yuan("1.00")
    assert form_of(instance)["ours"] == yuan("0.50")
    for changed in ({"total": yuan("9.00")}, {"lines": [line()], "total": yuan("9.00")}):
        with pytest.raises(NotAllowed):
            edit_fields(actor=cast.nora, instance=instance, changed=changed)
    with pytest.raises(InvalidInput) as refused:
        edit_fields(actor=cast.nora, instance=instance, changed={"lines": [line() | {"cost": yuan("9.00")}]})
    assert refused.value.errors[0]["pointer"] == "/fields/lines/0/cost"
    assert form_of(instance)["total"] == yuan("1.00"), "nothing of it was stored"
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_a_step_of_the_flow_that_writes_makes_the_results_follow(cast):
    instance = asked(cast, {"id": "put", "type": "set", "fields": {"bonus": "2"}}, step(cast, "a"))

    assert form_of(instance)["ours"] == yuan("1.00")
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_what_a_partner_agreed_to_is_not_changed_by_what_it_is_computed_from(cast):
    shown = {"id": "sup", "type": "party", "party": "supplier", "expose": ["total"]}
    instance = asked(cast, shown, step(cast, "a", fields={"lines": "edit"}))
    yes(cast.sol, instance)

    with pytest.raises(FieldLocked):
        edit_fields(actor=cast.nora, instance=instance, changed={"lines": [line(pieces=10)]})
    edit_fields(actor=cast.nora, instance=instance, changed={"lines": [line(), line("Nut", 1, "0.20")]})


def test_the_partner_reads_what_is_exposed_and_nothing_that_is_computed_from_the_rest(cast, api, page):
    instance = asked(cast, EVERYTHING)

    told = api("sol").get(f"approvals/instances/{instance.pk}/").json()["form"]
    assert set(told) == {"lines", "total", "stay", "at"}
    shown = page("sol").get(f"/approvals/{instance.pk}/").content.decode()
    assert "¥0.50" in shown
    assert "¥0.25" not in shown
    assert "¥0.25" in page("nils").get(f"/approvals/{instance.pk}/").content.decode()


def test_a_table_is_taken_along_as_text_that_no_spreadsheet_runs(cast, page):
    instance = asked(cast, {**EVERYTHING, "expose": ["lines"]})
    address = f"/approvals/{instance.pk}/tables/lines/"

    answer = page("sol").get(address)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Item", "Kind"]
    assert len(rows) == 3
    assert rows[2][0] == "'=1+1"
    assert rows[1][-2:] == ["0.30", "CNY"]
    assert page("sol").get(f"/approvals/{instance.pk}/tables/total/").status_code == 404
    assert page("otto").get(address).status_code == 404


@pytest.mark.parametrize(("language", "day"), [("en", "5 Jan 2026"), ("zh-hans", "2026年1月5日")])
def test_days_in_a_table_read_as_days_beside_it_do_and_a_file_keeps_them_for_programs(
    cast, page, language, day
):
    cast.nils.user.language = language
    cast.nils.user.save(update_fields=["language"])
    instance = asked(cast, step(cast, "a"), form=FORM | {"lines": [line() | {"on": "2026-01-05"}]})
    shown = page("nils").get(f"/approvals/{instance.pk}/").content.decode()
    taken = page("nils").get(f"/approvals/{instance.pk}/tables/lines/").content.decode()

    assert day in shown
    assert "2026-01-05" not in shown
    assert "2026-01-05" in taken


def test_a_table_that_is_not_exposed_is_not_there_for_the_partner(cast, page):
    instance = asked(cast, {**EVERYTHING, "expose": ["total"]})
    assert page("nils").get(f"/approvals/{instance.pk}/tables/lines/").status_code == 200, (
        "premise: it is there"
    )

    assert page("sol").get(f"/approvals/{instance.pk}/tables/lines/").status_code == 404


# ── The page ─────────────────────────────────────────────────────────────────
ROWS = '"Bolt ""M8"""\t原料\t1,000\t0.10\t2026/1/5\tyes\nNut\traw\t1\t0.20 CNY\t\t\n\n'


@pytest.fixture
def address(cast) -> str:
    definition = published(cast, [step(cast, "a")], form={"fields": FIELDS}, parties=[
        {"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty", "required": False}
    ])  # fmt: skip
    return f"/approvals/new/{definition.pk}/"


def test_rows_are_pasted_as_spreadsheets_copy_them(cast, page, address):
    said = {
        "title": "Order",
        "f_lines": ROWS,
        "f_stay": "2026-11-30",
        "f_stay_to": "2026-12-04",
        "f_at": "2026-11-30T14:30",
    }

    sent = page("nils").post(address, said)

    assert sent.status_code == 302, sent.content.decode()
    form = Instance.objects.filter(initiator=cast.nils.user).latest("pk").form
    assert form["lines"] == [
        {"item": 'Bolt "M8"', "kind": "raw", "pieces": 1000, "price": yuan("0.10"), "on": "2026-01-05", "ok": True,
         "cost": yuan("100.00")},
        {"item": "Nut", "kind": "raw", "pieces": 1, "price": yuan("0.20"), "ok": False, "cost": yuan("0.20")},
    ]  # fmt: skip
    assert form["total"] == yuan("100.20")
    assert form["stay"] == FORM["stay"]
    assert form["at"].startswith("2026-11-30T")
    assert form["at"].endswith("Z")


def test_a_wrong_cell_is_named_by_its_row_and_column(page, address):
    wrong = ["Bolt\t\tmany\t0.10", "Bolt\tblue\t1\t0.10", "Bolt\t\t1\tdear", "Bolt\t\t1\t1,5", "\t\t1\t0.10"]
    columns = ["Pieces", "Kind", "Price (CNY)", "Price (CNY)", "Item"]
    for row, column in zip(wrong, columns, strict=True):
        answer = page("nils").post(address, {"title": "Order", "f_lines": f"Nut\t\t1\t0.20\n{row}"})
        said = answer.content.decode()
        assert answer.status_code == 422
        assert f"Row 2, {column}:" in said
        assert row.partition("\t")[0] in said, "what was written stays"
    assert page("nils").post(address, {"title": "Order", "f_lines": '"a'}).status_code == 422
    assert (
        page("nils").post(address, {"title": "Order", "f_lines": "a\t\t1\t0.1\t\t\ttoo much"}).status_code
        == 422
    )


def test_half_a_range_is_refused(page, address):
    said = {"title": "Order", "f_lines": "Nut\t\t1\t0.20", "f_stay": "2026-11-30"}

    assert page("nils").post(address, said).status_code == 422


def test_the_page_computes_while_it_is_filled_in_and_keeps_nothing(cast, page, address):
    before = Instance.objects.count()
    said = {"f_lines": "Bolt\t\t3\t0.10\n\t\t\t", "f_bonus": "0.5", "compute": "1"}

    answer = page("nils").post(address, said, HTTP_HX_REQUEST="true")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "¥0.30" in text
    assert "¥0.15" in text
    assert json.dumps([{"cost": "¥0.30"}]) in unescape(text)
    assert (
        page("nils")
        .post(address, {"f_lines": "Bolt\t\tx\ty", "compute": "1"}, HTTP_HX_REQUEST="true")
        .status_code
        == 200
    )
    assert Instance.objects.count() == before
    without_a_script = page("nils").post(address, said)
    assert "¥0.30" in without_a_script.content.decode()
    assert Instance.objects.count() == before


def test_a_draft_keeps_its_rows_and_shows_them_again(cast, page, address):
    page("nils").post(
        address, {"title": "Order", "f_lines": "Bolt\t\t3", "f_at": "2026-11-30T14:30", "draft": "1"}
    )
    made = Instance.objects.filter(initiator=cast.nils.user).latest("pk")
    assert made.form["lines"] == [{"item": "Bolt", "pieces": 3, "ok": False}], (
        "premise: kept as far as it goes"
    )

    shown = page("nils").get(f"/approvals/{made.pk}/draft/").content.decode()

    assert "Bolt\t\t3\t\t\tfalse" in shown
    assert 'value="2026-11-30T14:30"' in shown


def test_a_step_changes_a_table_by_its_dialog(cast, page):
    instance = asked(cast, step(cast, "a", fields={"lines": "edit", "stay": "edit"}))
    address = f"/approvals/{instance.pk}/acts/edit/"
    opened = page("nora").get(address).content.decode()
    assert "Bolt\t\t3\t0.10" in opened
    slot = instance.assignments.get(state="PENDING")
    said = {"assignment": str(slot.pk), "form_rev": "1", "f_stay": "2026-11-30", "f_stay_to": "2026-12-04"}

    same = "Bolt\t\t3\t0.10\t\t\n=1+1\t\t1\t0.20\t\t\n"
    sent = page("nora").post(address, said | {"f_lines": same.replace("\t3\t", "\t10\t")})

    assert sent.status_code == 302, sent.content.decode()
    assert form_of(instance)["total"] == yuan("1.20")


def test_five_hundred_rows_are_taken_and_one_more_is_not(cast):
    definition = published(cast, [step(cast, "a")], form={"fields": FIELDS[:2]})
    words = {"actor": cast.nils, "definition": definition, "title": "Long"}

    instance = start(**words, form={"lines": [line(pieces=1, price="1.00")] * 500})
    assert form_of(instance)["total"] == yuan("500.00")
    with pytest.raises(InvalidInput):
        start(**words, form={"lines": [line()] * 501})
