"""What a form computes: exact, typed, and nothing where a part is missing."""

import pytest

from approvals.fields import given, read
from approvals.formulas import computed
from approvals.schema import check
from kernel.errors import InvalidInput

CNY = "CNY"
LINES = {
    "id": "lines", "type": "table", "required": True, "max": 3, "columns": [
        {"id": "item", "type": "text", "required": True},
        {"id": "pieces", "type": "int"},
        {"id": "price", "type": "money"},
        {"id": "cost", "type": "formula", "currency": CNY, "formula": {"mul": ["$row.pieces", "$row.price"]}},
    ],
}  # fmt: skip
FIELDS = [
    LINES,
    {"id": "rate", "type": "decimal"},
    {"id": "stay", "type": "range"},
    {"id": "at", "type": "datetime"},
    {"id": "net", "type": "formula", "currency": CNY, "formula": {"sum": "$lines.cost"}},
    {"id": "gross", "type": "formula", "currency": CNY, "formula": {"mul": ["$net", {"add": [1, "$rate"]}]}},
    {"id": "rows", "type": "formula", "places": 0, "formula": {"count": "$lines"}},
    {"id": "days", "type": "formula", "places": 0, "formula": {"days": "$stay"}},
    {"id": "each", "type": "formula", "currency": CNY, "formula": {"div": ["$net", "$rows"]}},
]


def yuan(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": CNY}


def row(item: str, pieces: int | None = None, price: str | None = None) -> dict:
    found = {"item": item, "pieces": pieces, "price": yuan(price) if price else None}
    return {key: value for key, value in found.items() if value is not None}


def form(**said) -> dict:
    return {"lines": [row("Bolt", 3, "0.10"), row("Nut", 1, "0.20")]} | said


def faults(said, *, complete: bool = True, fields=FIELDS) -> dict[str, str]:
    return {one["pointer"]: one["code"] for one in read(fields, said, complete=complete)[1]}


def test_sums_are_exact_and_money_keeps_its_currency():
    values, wrong = read(
        FIELDS, form(rate="0.13", stay={"from": "2026-11-30", "to": "2026-12-02"}), complete=True
    )

    assert not wrong
    assert [one["cost"] for one in values["lines"]] == [yuan("0.30"), yuan("0.20")]
    assert (values["net"], values["gross"], values["each"]) == (yuan("0.50"), yuan("0.57"), yuan("0.25"))
    assert (values["rows"], values["days"]) == ("2", "3")


def test_a_formula_without_one_of_its_parts_has_no_value():
    values, wrong = read(FIELDS, {"lines": [row("Bolt", 3)]}, complete=True)

    assert "cost" not in values["lines"][0]
    assert "gross" not in values
    assert "days" not in values
    assert values["net"] == yuan("0.00"), "nothing to add up is nothing"
    assert not wrong


def test_what_is_computed_is_never_taken_from_who_asks():
    assert faults(form(net=yuan("1.00"))) == {"/form/net": "read_only"}
    rows = [row("Bolt", 3, "0.10") | {"cost": yuan("9.00")}]
    assert faults({"lines": rows}) == {"/form/lines/0/cost": "read_only"}


def test_what_people_said_is_told_apart_from_what_follows():
    values, _wrong = read(FIELDS, form(), complete=True)

    assert given(FIELDS, values) == form()


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("x", {"/form/lines": "type"}),
        ([], {"/form/lines": "required"}),
        (["x"], {"/form/lines/0": "type"}),
        ([{}], {"/form/lines/0/item": "required"}),
        ([row("a") | {"colour": 1}], {"/form/lines/0/colour": "unknown_field"}),
        ([row("a"), row("b") | {"pieces": "3"}], {"/form/lines/1/pieces": "type"}),
        ([row("a") | {"price": "12"}], {"/form/lines/0/price": "type"}),
        ([row("a")] * 4, {"/form/lines": "limit"}),
    ],
)
def test_bad_rows_are_refused_with_their_place(lines, wrong):
    assert faults({"lines": lines}).items() >= wrong.items()


def test_a_draft_may_leave_cells_out():
    assert faults({"lines": [{"pieces": 3}]}, complete=False) == {}


def test_what_has_no_answer_is_refused_when_it_is_sent():
    mixed = [row("a", 1, "1"), row("b", 1) | {"price": {"amount": "1", "currency": "EUR"}}]
    huge = [row("a", 2**52, "999999999999999999")]

    assert faults({"lines": mixed}) == {"/form/net": "out_of_range"}
    assert faults({"lines": huge})["/form/lines/0/cost"] == "out_of_range"
    assert faults({"lines": mixed}, complete=False) == {}, "a draft may stand as it is"


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("at", "2026-11-30T14:30:00+08:00", "2026-11-30T06:30:00Z"),
        ("at", "2026-11-30T14:30Z", "2026-11-30T14:30:00Z"),
        ("at", "2026-11-30T14:30", "invalid"),
        ("at", "0001-01-01T00:00:00+14:00", "invalid"),
        ("at", 7, "type"),
        ("stay", {"from": "2026-11-30", "to": "2026-11-30"}, {"from": "2026-11-30", "to": "2026-11-30"}),
        ("stay", {"from": "2026-11-30", "to": "2026-11-29"}, "out_of_range"),
        ("stay", {"from": "2026-11-30"}, "type"),
        ("stay", {"from": "2026-11-30", "to": None}, "type"),
        ("stay", "2026-11-30", "type"),
    ],
)
def test_moments_and_ranges(kind, value, kept):
    values, wrong = read(FIELDS, form(**{kind: value}), complete=True)

    assert (wrong[0]["code"] if wrong else values[kind]) == kept


def test_division_by_nothing_has_no_value():
    fields = [{"id": "a", "type": "int"}, {"id": "x", "type": "formula", "formula": {"div": [1, "$a"]}}]

    assert computed(fields, {"a": 0}) == ({"a": 0}, ["/x"])


# ── Before it is published ───────────────────────────────────────────────────
def published_with(*fields, **more) -> dict:
    return {
        "schema": "approval/1", "key": "x", "title": {"en": "X"}, "form": {"fields": list(fields)},
        "parties": [{"id": "we", "bind": "initiator"}, {"id": "they", "bind": "counterparty"}],
        "flow": [{"id": "a", "type": "approve", "who": [{"dept_head": True}]}],
    } | more  # fmt: skip


def found(*fields, **more) -> dict[str, str]:
    try:
        check(published_with(*fields, **more))
    except InvalidInput as refused:
        return {one["pointer"]: one["code"] for one in refused.errors}
    return {}


def formula(said, **more) -> dict:
    return {"id": "x", "type": "formula", "formula": said} | more


def test_the_form_of_this_page_can_be_published():
    assert found(*FIELDS) == {}


NUMBERS = [{"id": "n", "type": "int"}, {"id": "m", "type": "money"}, {"id": "t", "type": "text"}, LINES]
PLACE = "/form/fields/4/formula"


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"pow": ["$n", 2]}, "/pow", "not_supported"),
        ({"add": ["$n"]}, "/add", "required"),
        ({"sub": ["$n", 1, 2]}, "/sub", "limit"),
        ({"add": ["$n", "$m"]}, "/add", "conflict"),
        ({"mul": ["$m", "$m"]}, "/mul", "conflict"),
        ({"div": ["$n", "$m"]}, "/div", "conflict"),
        ({"add": ["$t", 1]}, "/add/0", "conflict"),
        ({"add": ["$nothing", 1]}, "/add/0", "unknown"),
        ({"add": ["$x", 1]}, "/add/0", "conflict"),
        ({"add": [1.5, 1]}, "/add/0", "type"),
        ({"add": ["1e9", 1]}, "/add/0", "type"),
        ({"add": [True, 1]}, "/add/0", "type"),
        ({"add": ["NaN", 1]}, "/add/0", "type"),
        ({"sum": "$lines.item"}, "/sum", "conflict"),
        ({"sum": "$lines"}, "/sum", "unknown"),
        ({"sum": ["$lines.cost"]}, "/sum", "unknown"),
        ({"count": "$n"}, "/count", "unknown"),
        ({"days": "$n"}, "/days", "unknown"),
        ({"round": ["$n", 99]}, "/round/1", "limit"),
        ({"add": ["$row.pieces", 1]}, "/add/0", "unknown"),
        ("__import__('os')", "", "type"),
        ({"add": [1] * 60}, "", "limit"),
    ],
)
def test_a_formula_of_unknown_parts_is_refused_at_its_place(said, pointer, code):
    assert found(*NUMBERS, formula(said))[PLACE + pointer] == code


def test_money_says_its_currency_and_numbers_have_none():
    assert found(*NUMBERS, formula("$m")) == {"/form/fields/4/currency": "required"}
    assert found(*NUMBERS, formula("$n", currency=CNY)) == {"/form/fields/4/currency": "conflict"}
    assert found(*NUMBERS, formula({"div": ["$m", "$m"]})) == {}


def test_a_row_computes_from_itself_and_what_is_filled_in_alone():
    def with_column(said) -> dict[str, str]:
        table = LINES | {"columns": [*LINES["columns"], formula(said)]}
        return found(*NUMBERS[:3], table, {"id": "total", "type": "formula", "formula": {"count": "$lines"}})

    at = "/form/fields/3/columns/4/formula"
    assert with_column({"add": ["$row.pieces", "$n"]}) == {}
    assert with_column({"add": ["$row.x", 1]}) == {f"{at}/add/0": "conflict"}
    assert with_column({"add": ["$total", 1]}) == {f"{at}/add/0": "conflict"}
    assert with_column({"sum": "$lines.cost"}) == {f"{at}/sum": "conflict"}


def test_who_must_not_see_a_part_does_not_see_the_result():
    hidden = {"id": "secret", "type": "int", "vis": {"they": "hidden"}}

    assert found(hidden, formula({"mul": ["$secret", 2]})) == {"/form/fields/1/formula": "conflict"}
    assert found(hidden, formula({"mul": ["$secret", 2]}, vis={"they": "hidden"})) == {}


def test_nobody_is_given_the_right_to_write_what_is_computed():
    step = {"id": "a", "type": "approve", "who": [{"dept_head": True}], "fields": {"x": "edit"}}
    met = {"id": "b", "type": "party", "party": "they", "expose": ["x"], "write": ["x"]}
    put = {"id": "c", "type": "set", "fields": {"x": "1", "lines": []}}

    assert found(*NUMBERS, formula("$n"), flow=[step, met, put]) == {
        "/flow/0/fields/x": "conflict", "/flow/1/write/0": "conflict", "/flow/2/fields/x": "conflict",
        "/flow/2/fields/lines": "conflict",
    }  # fmt: skip


def test_keys_stand_where_they_mean_something():
    assert found({"id": "a", "type": "int", "columns": []}, {"id": "t", "type": "table"}, {"id": "f", "type": "formula"}) == {
        "/form/fields/0/columns": "conflict", "/form/fields/1/columns": "required",
        "/form/fields/2/formula": "required",
    }  # fmt: skip
    table = {"id": "t", "type": "table", "max": 501, "columns": [
        {"id": "a", "type": "table"}, {"id": "a", "type": "int"}, {"id": "a", "type": "int"}, 7,
        {"id": "b", "type": "int", "vis": {}},
    ]}  # fmt: skip
    assert found(table) == {
        "/form/fields/0/max": "limit", "/form/fields/0/columns/0/type": "not_supported",
        "/form/fields/0/columns/1/id": "duplicate", "/form/fields/0/columns/2/id": "duplicate",
        "/form/fields/0/columns/3": "type", "/form/fields/0/columns/4/vis": "unknown_key",
    }  # fmt: skip


@pytest.mark.parametrize("columns", ["x", [7], {"id": "a"}, 9])
def test_a_broken_table_is_refused_by_whatever_refers_to_it(columns):
    table = {"id": "t", "type": "table", "columns": columns}
    more = {"flow": [{"id": "b", "type": "branch", "default": [], "cases": [
        {"if": {"gt": [{"sum": "$t.a"}, 1]}, "flow": [{"id": "e", "type": "end"}]}
    ]}]}  # fmt: skip

    assert found(table, formula({"sum": "$t.a"}), **more)
