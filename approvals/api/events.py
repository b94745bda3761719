"""What happened to a request, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.naming import named
from approvals.api.requests import RequestView
from approvals.models import InstanceEvent
from approvals.projection import View


class EventOutput(serializers.Serializer):
    """One thing that happened, as far as the viewer's organization may know of it."""

    SHOWN = (
        "node", "type", "party", "outcome", "verdict", "state", "number", "round", "form_rev", "run", "reason",
        "target", "mode", "act", "stance",
    )  # fmt: skip

    id = serializers.UUIDField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField()
    principal = serializers.SerializerMethodField()
    acting_org = serializers.SerializerMethodField()
    payload = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_actor(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.actor)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_principal(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.principal)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_acting_org(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.acting_org)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_payload(self, event: InstanceEvent) -> dict[str, Any]:
        shown = [name for name in self.SHOWN if event.payload.get(name) is not None]
        if event.type == "withdrawn":
            shown = [name for name in shown if name != "reason"]  # theirs who asked
        return {name: event.payload[name] for name in shown}


class Events(RequestView):
    gives = EventOutput
    lists = True

    def get(self, request: Request, instance_id: UUID) -> Response:
        return self.listed(View(self.instance(instance_id), self.actor).events())
