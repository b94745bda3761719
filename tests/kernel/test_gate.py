"""What no door lets in, whatever the noun."""

import pytest

from kernel.errors import InvalidInput, Malformed, TooLarge
from kernel.gate import MAX_BODY_BYTES, MAX_DEPTH, MAX_VALUES, check_text, check_texts, read_json


def nested(depth):
    return b"[" * depth + b"]" * depth


def test_it_reads_json():
    assert read_json('{"名": [1, -2.5, 1e3, true, null, "\\u4f60😀"]}'.encode()) == {
        "名": [1, -2.5, 1000.0, True, None, "你😀"]
    }
    assert read_json(nested(MAX_DEPTH))
    assert len(read_json(b"[" + b"1," * (MAX_VALUES - 2) + b"1]")) == MAX_VALUES - 1


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nope",
        b'{"a": 1} 2',
        b"\xff",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"1e999",
        b"-1e999",
        b"9" * 5000,
        b'{"a": 1, "a": 2}',
        b'[{"b": {"a": 1, "a": 1}}]',
        nested(MAX_DEPTH + 1),
        nested(200_000),
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b"[" + b"1," * MAX_VALUES + b"1]",
    ],
    ids=lambda body: body[:24].decode(errors="replace"),
)
def test_what_cannot_be_read_is_malformed(body):
    with pytest.raises(Malformed) as refused:
        read_json(body)

    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"a": ["x", "y\\u0000"]}', "/a/1", "nul"),
        (b'{"a": {"b": "\\ud83d"}}', "/a/b", "surrogate"),
        (b'"\\udc00\\ud800"', "", "surrogate"),
        (b'{"a\\u0000": 1}', "", "nul"),
    ],
)
def test_what_the_database_cannot_keep_is_refused_with_its_place(body, pointer, code):
    said = read_json(body)

    with pytest.raises(InvalidInput) as refused:
        check_texts(said)

    (error,) = refused.value.errors
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_a_whole_pair_is_a_letter():
    assert read_json(b'"\\ud83d\\ude00"') == "😀"
    check_texts({"x": ["😀"]})
    check_text("😀", "/x")


def test_one_byte_too_many_is_too_large():
    fits = b'"' + b"a" * (MAX_BODY_BYTES - 2) + b'"'

    assert read_json(fits)
    with pytest.raises(TooLarge):
        read_json(fits + b" ")
