"""Conditions: exact, typed, and false where something is missing."""

import pytest

from approvals.conditions import Scope, Unclear, holds

FIELDS = [
    {"id": "amount", "type": "money"},
    {"id": "other", "type": "money"},
    {"id": "ratio", "type": "decimal"},
    {"id": "day", "type": "date"},
    {"id": "kind", "type": "select"},
    {"id": "flag", "type": "bool"},
    {"id": "lines", "type": "table", "columns": [{"id": "cost", "type": "money"}]},
]
FORM = {
    "amount": {"amount": "100000.10", "currency": "CNY"},
    "ratio": "0.1",
    "day": "2026-11-27",
    "kind": "travel",
    "flag": False,
    "lines": [
        {"cost": {"amount": "0.1", "currency": "CNY"}},
        {"cost": {"amount": "0.2", "currency": "CNY"}},
        {},
    ],
}


def met(condition, **form) -> bool:
    return holds(condition, Scope(FIELDS, FORM | form, lambda words: {"role": "owner"}.get(words[1])))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"ge": ["$amount", "100000.10"]}, True),
        ({"gt": ["$amount", 100000]}, True),
        ({"lt": ["$amount", "100000.1"]}, False),
        ({"eq": ["$ratio", "0.10"]}, True),
        ({"between": ["$ratio", "0", "0.1"]}, True),
        ({"gt": ["$day", "2026-11-26"]}, True),
        ({"in": ["$kind", ["meals", "travel"]]}, True),
        ({"in": ["$kind", []]}, False),
        ({"eq": ["$kind", "$$kind"]}, False),
        ({"eq": ["$flag", False]}, True),
        ({"eq": [{"sum": "$lines.cost"}, "0.3"]}, True),
        ({"eq": [{"count": "$lines"}, 3]}, True),
        ({"eq": ["$initiator.role", "owner"]}, True),
        ({"eq": ["$step.nobody.outcome", "approved"]}, False),
        ({"empty": "$other"}, True),
        ({"empty": "$flag"}, False),
        ({"not": {"empty": "$other"}}, False),
        ({"and": [{"eq": ["$kind", "travel"]}, {"gt": ["$ratio", 1]}]}, False),
        ({"or": [{"eq": ["$kind", "travel"]}, {"gt": ["$ratio", 1]}]}, True),
        (True, True),
    ],
)
def test_operators(condition, answer):
    assert met(condition) is answer


@pytest.mark.parametrize("operator", ["eq", "ne", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize(
    "operands", [["$other", "1"], ["$amount", "$other"], ["$other", "$other"], ["$amount", None]]
)
def test_comparing_null_is_false(operator, operands):
    assert met({operator: operands}) is False


def test_null_in_a_range_or_list_is_false():
    assert not met({"between": ["$amount", "0", None]})
    assert not met({"in": ["$other", [None, "1"]]})


def test_two_currencies_are_not_compared():
    with pytest.raises(Unclear):
        met({"gt": ["$amount", "$other"]}, other={"amount": "1", "currency": "EUR"})
    with pytest.raises(Unclear):
        met(
            {"gt": [{"sum": "$lines.cost"}, 1]},
            lines=[
                {"cost": {"amount": "1", "currency": "EUR"}},
                {"cost": {"amount": "1", "currency": "CNY"}},
            ],
        )


def test_sums_are_exact_however_long():
    lines = [{"cost": {"amount": "999999999999999999.0001", "currency": "CNY"}}] * 3
    assert met({"eq": [{"sum": "$lines.cost"}, "2999999999999999997.0003"]}, lines=lines)
