"""The input gate: what no door lets in, whatever the noun."""

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput, Malformed, TooLarge

MAX_BODY_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_VALUES = 20_000
MAX_QUERY_BYTES = 8 * 1024
MAX_PARAMETERS = 100
FORM = "application/x-www-form-urlencoded"
_HALF_A_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def read_json(body: bytes) -> Any:
    """Return what a JSON body says; its texts are still to be looked at, by ``check_texts``.

    Raises:
        TooLarge: more than 1 MiB.
        Malformed: no JSON, nested deeper than 32, more than 20,000 values, a key given twice, NaN.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
    try:
        said = json.loads(body, object_pairs_hook=_no_key_twice, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise Malformed(_("The JSON is nested too deeply.")) from None
    except ValueError:
        raise Malformed(_("The body is not valid JSON.")) from None
    _measure(said)
    return said


def check_texts(said: Any) -> None:
    """Refuse a body that says anywhere what PostgreSQL cannot keep; keys count as texts."""
    waiting: list[tuple[Any, str]] = [(said, "")]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, str):
            check_text(value, pointer)
        elif isinstance(value, dict):
            for key, inner in value.items():
                check_text(key, pointer)
                waiting.append((inner, f"{pointer}/{key}"))
        elif isinstance(value, list):
            waiting.extend((inner, f"{pointer}/{place}") for place, inner in enumerate(value))


def check_query(query: str, *, once: bool) -> None:
    """Refuse a query string that cannot be meant; what its parameters are called is the door's to judge.

    Args:
        once: each parameter may be named once, as in the API.

    Raises:
        Malformed: more than 8 KiB or 100 parameters, no UTF-8, half a percent sign, a NUL, one given twice.
    """
    if len(query) > MAX_QUERY_BYTES or query.count("&") >= MAX_PARAMETERS:
        raise Malformed(_("The address is too long."))
    _check_encoded(query)
    names = [name for name, _value in parse_qsl(query, keep_blank_values=True)] if once else []
    if len(set(names)) != len(names):
        raise Malformed(_("A parameter is given twice."))


def check_form(request: HttpRequest) -> None:
    """Refuse a form that cannot be read, or that holds what no browser's field does.

    Raises:
        TooLarge, Malformed
    """
    try:
        if request.content_type == FORM:
            _check_encoded(request.body.decode("latin-1"))
        fields, files = request.POST, request.FILES
    except RequestDataTooBig:
        raise TooLarge from None
    except (SuspiciousOperation, MultiPartParserError):
        raise Malformed from None
    said = [*fields, *(value for name in fields for value in fields.getlist(name))]
    _refuse_nul([*said, *files, *(one.name or "" for name in files for one in files.getlist(name))])


def _check_encoded(said: str) -> None:
    """Refuse percent-encoded text that is no UTF-8, and what PostgreSQL cannot keep."""
    if _HALF_A_PERCENT.search(said):
        raise Malformed
    try:
        _refuse_nul([_ESCAPES.sub(_meant, said.encode("latin-1", "replace")).decode()])
    except UnicodeDecodeError:
        raise Malformed from None


def _meant(escapes: re.Match[bytes]) -> bytes:
    """Return the bytes that escapes in a row stand for, all at once: a text in Chinese is little else."""
    return bytes.fromhex(escapes[0].replace(b"%", b"").decode())


def _refuse_nul(texts: Iterable[str]) -> None:
    if any("\x00" in one for one in texts):
        raise Malformed


def check_text(text: str, pointer: str) -> None:
    """Refuse what PostgreSQL cannot keep: NUL and lone surrogates."""
    if "\x00" in text:
        raise InvalidInput.at(pointer, "nul", _("Null characters are not allowed."))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidInput.at(pointer, "surrogate", _("The text is not valid Unicode."))


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise Malformed(_("A key is given twice."))
    return known


def _refuse(constant: str) -> NoReturn:
    raise Malformed(_("The body is not valid JSON."))


def _finite(number: str) -> float:
    """Read a number with a point or exponent; what is beyond floats would come out as infinite."""
    read = float(number)
    if not isfinite(read):
        raise Malformed(_("The body is not valid JSON."))
    return read


def _measure(said: Any) -> None:
    """Check depth and count without recursion."""
    waiting: list[tuple[Any, int]] = [(said, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            raise Malformed(_("The JSON is nested too deeply or too long."))
        if isinstance(value, (dict, list)):
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend((one, depth + 1) for one in inner)
