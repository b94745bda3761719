"""Strict input: a pointer to everything that does not fit."""

import pytest
from django.utils import timezone
from rest_framework import serializers

from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, Nothing, StrictBoolean, StrictInteger, StrictString


class Line(Input):
    text = StrictString(max_length=5)


class Said(Input):
    name = StrictString(max_length=5)
    count = StrictInteger(required=False, max_value=9)
    yes = StrictBoolean(required=False)
    when = Moment(required=False)
    lines = Line(many=True, required=False)
    tags = serializers.ListField(child=StrictString(max_length=3), required=False)
    made = StrictString(read_only=True)

    def validate(self, said):
        if said.get("name") == "both":
            raise serializers.ValidationError("Not both.", code="both")
        return said


def errors_of(said, **how):
    with pytest.raises(InvalidInput) as refused:
        Said.read(said, **how)
    return {(one["pointer"], one["code"]) for one in refused.value.errors}


def test_what_fits_comes_out_typed():
    assert Said.read({"name": " Ann ", "count": 3, "yes": False, "tags": ["a"]}) == {
        "name": "Ann",
        "count": 3,
        "yes": False,
        "tags": ["a"],
    }


def test_unknown_fields_are_refused_and_so_are_those_one_may_only_read():
    assert errors_of({"name": "A", "nmae": "B", "made": "x"}) == {
        ("/nmae", "unknown_field"),
        ("/made", "unknown_field"),
    }
    with pytest.raises(InvalidInput):
        Nothing.read({"a": 1})
    assert Nothing.read({}) == {}


@pytest.mark.parametrize("said", [[], "x", 1, None, True])
def test_a_body_is_an_object(said):
    assert errors_of(said) == {("", "not_an_object")}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 1),
        ("name", True),
        ("name", ["A"]),
        ("name", None),
        ("count", "3"),
        ("count", 3.0),
        ("count", True),
        ("yes", 1),
        ("yes", "true"),
        ("yes", None),
        ("tags", "ab"),
    ],
)
def test_nothing_is_quietly_made_into_something_else(field, value):
    ((pointer, _),) = errors_of({"name": "A"} | {field: value})

    assert pointer == f"/{field}"


def test_every_error_says_where():
    assert errors_of(
        {"count": 10, "lines": [{"text": "ok"}, {"text": "too long"}], "tags": ["a", "abcd"]}
    ) == {
        ("/name", "required"),
        ("/count", "max_value"),
        ("/lines/1/text", "max_length"),
        ("/tags/1", "max_length"),
    }
    assert errors_of({"name": "both"}) == {("", "both")}


def test_a_change_may_leave_fields_out_but_not_get_them_wrong():
    assert Said.read({}, partial=True) == {}
    assert errors_of({"name": ""}, partial=True) == {("/name", "blank")}


@pytest.mark.parametrize(
    "said",
    ["0001-01-01T00:00:00+23:59", "0001-06-01", "9999-12-31T23:59:59-23:59", "9999-12-30T00:00:00Z", 1, []],
)
def test_a_moment_that_some_zone_cannot_show_is_none(said):
    for zone in ("Asia/Shanghai", "America/Los_Angeles"):
        with timezone.override(zone):
            ((pointer, _),) = errors_of({"name": "A", "when": said})
            assert pointer == "/when"
    assert Said.read({"name": "A", "when": "9998-12-31T23:00:00Z"})["when"].year == 9998
