"""What a door accepts: strict, with a pointer to every field that does not fit."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from functools import cache
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from kernel.errors import InvalidInput
from kernel.gate import MAX_BODY_BYTES


class Input(serializers.Serializer):
    """Fields by name; anything else in the body is refused, never ignored."""

    @classmethod
    def read(cls, said: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return what was said, typed.

        Raises:
            InvalidInput: wrong types, missing or unknown fields, each with its JSON pointer.
        """
        if not isinstance(said, Mapping):
            raise InvalidInput.at("", "not_an_object", _("Send a JSON object."))
        known = cls._known(partial=partial)
        errors = [
            {"pointer": f"/{name}", "code": "unknown_field", "detail": _("There is no such field.")}
            for name in said
            if name not in known.fields or known.fields[name].read_only
        ]
        found: dict[str, Any] = {}
        try:
            found = known.run_validation(said)
        except ValidationError as error:
            errors += pointed(error.detail)
        if errors:
            raise InvalidInput(errors=errors)
        return dict(found)

    @classmethod
    @cache
    def _known(cls, *, partial: bool) -> Self:
        """Return the one of its kind that reads: to make its fields anew for each body takes longer than reading it."""
        return cls(partial=partial)


class Nothing(Input):
    """A write that needs no words."""


class StrictString(serializers.CharField):
    """Text and nothing else: a number is not quietly made into one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class SmallFile(Input):
    """A small file in JSON, for programs that write no forms."""

    name = StrictString(max_length=200)
    content = StrictString(max_length=MAX_BODY_BYTES, help_text="base64")

    def validate_content(self, said: str) -> bytes:
        try:
            return b64decode(said, validate=True)
        except ValueError:
            raise ValidationError(_("This is no base64."), code="invalid") from None


class StrictBoolean(serializers.BooleanField):
    """``true`` or ``false``; "yes" and 1 are refused."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictInteger(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time that every zone's calendar can show: the first and the last year cannot."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            moment = None
        if moment is None or not MINYEAR < moment.year < MAXYEAR:
            self.fail("overflow")
        return moment


def pointed(errors: Any, pointer: str = "") -> list[dict[str, Any]]:
    """Flatten the errors of a serializer into ``{pointer, code, detail}``."""
    if isinstance(errors, ValidationError):
        return pointed(errors.detail, pointer)
    if isinstance(errors, ErrorDetail):
        return [{"pointer": pointer, "code": errors.code, "detail": str(errors)}]
    if isinstance(errors, Mapping):
        pairs = (
            (pointer if key == "non_field_errors" else f"{pointer}/{key}", inner)
            for key, inner in errors.items()
        )
        return [one for path, inner in pairs for one in pointed(inner, path)]
    if isinstance(errors, list):
        indexed = errors and all(isinstance(one, Mapping) for one in errors)
        return [
            found
            for place, inner in enumerate(errors)
            for found in pointed(inner, f"{pointer}/{place}" if indexed else pointer)
        ]
    return [{"pointer": pointer, "code": "invalid", "detail": str(errors)}]
