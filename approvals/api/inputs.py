"""What several doors of approvals take: any JSON, a form, organizations by slot."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class AnyObject(serializers.Serializer):
    """Any JSON: its own rules look at it."""


@extend_schema_field(serializers.DictField(child=serializers.UUIDField()))
class PartiesField(serializers.Field):
    default_error_messages = {"invalid": _("Say which organization stands in which slot, by key and id.")}

    def to_internal_value(self, said: Any) -> dict[str, UUID]:
        if not isinstance(said, dict):
            self.fail("invalid")
        try:
            return {str(key): UUID(value) for key, value in said.items()}
        except (ValueError, TypeError, AttributeError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(OpenApiTypes.OBJECT)
class FormField(serializers.Field):
    def to_internal_value(self, said: Any) -> Any:
        return said

    def to_representation(self, value: Any) -> Any:
        return value
