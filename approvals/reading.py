"""A definition as people bring it: a text or a file of JSON, with the place of what cannot be read."""

import json
from typing import Any

from django.utils.translation import gettext as _

from approvals.schema import MAX_BYTES
from kernel.errors import InvalidInput, Malformed, TooLarge
from kernel.gate import check_texts, read_json


def read_body(said: str | bytes) -> dict[str, Any]:
    """Return the definition that a text says; whether it can run is for publishing to find out.

    Raises:
        TooLarge: more than 512 KiB.
        InvalidInput: it is no JSON object, with the line where reading stopped.
    """
    raw = said if isinstance(said, bytes) else said.encode("utf-8", "surrogatepass")
    if len(raw) > 2 * MAX_BYTES:  # indented for people, it may be longer than as it is kept
        raise TooLarge
    try:
        body = read_json(raw.removeprefix(b"\xef\xbb\xbf"))
    except Malformed as refused:
        raise InvalidInput.at("", "format", _place(raw) or refused.sentence) from None
    if not isinstance(body, dict):
        raise InvalidInput.at("", "type", _("A definition is a JSON object."))
    check_texts(body)
    return body


def _place(raw: bytes) -> str:
    """Return where the text stops being JSON, or nothing where it is too deep, too wide or says a key twice."""
    try:
        json.loads(raw.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        return _("This is no JSON from line %(line)d, column %(column)d on.") % {
            "line": error.lineno,
            "column": error.colno,
        }
    except (ValueError, RecursionError):
        return ""
    return ""


def written(body: Any) -> str:
    """Return a definition as people read it."""
    return json.dumps(body, ensure_ascii=False, indent=2)
