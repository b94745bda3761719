"""What waits, for programs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.naming import named, person
from approvals.api.outputs import LineOutput
from approvals.due import due_of_slots
from approvals.inbox import DUE, Wanted, key_in
from approvals.queries import waiting_for
from kernel.api import ApiView
from kernel.errors import InvalidInput


class WaitingOutput(serializers.Serializer):
    """One decision that waits: which slot, in which request, since when, for which organization."""

    def to_representation(self, one: Any) -> dict[str, Any]:
        instance = one.instance
        return {
            "assignment": str(one.pk),
            "since": one.created_at,
            "due_at": one.until,
            "principal": person(one.principal, one.run.party_org),
            "org": named(one.run.party_org),
            "instance": LineOutput().to_representation(instance),
        }


class Inbox(ApiView):
    """What waits for me, over all my organizations."""

    gives = WaitingOutput
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("definition", OpenApiTypes.UUID),
            OpenApiParameter("partner", OpenApiTypes.UUID, description="an organization that takes part"),
            OpenApiParameter("due", enum=DUE, description="overdue, by the end of today, within seven days"),
        ]
    )
    def get(self, request: Request) -> Response:
        rows = (
            self._narrowed(waiting_for(self.actor))
            .annotate(until=due_of_slots())
            .select_related(
                "principal",
                "run__party_org",
                "instance__definition",
                "instance__version",
                "instance__initiator",
                "instance__acting_org",
            )
        )
        return self.listed(rows)

    def _narrowed(self, rows: Any) -> Any:
        said = self.request.query_params
        if said.get("due", "") not in ("", *DUE):
            raise InvalidInput.at("due", "unknown", _("Say overdue, today or week."))
        for name in ("definition", "partner"):
            if said.get(name) and key_in(said[name]) is None:
                raise InvalidInput.at(name, "invalid", _("This cannot be read."))
        wanted = Wanted.read(said)
        return wanted.fitting(rows) if wanted.is_narrowed else rows
