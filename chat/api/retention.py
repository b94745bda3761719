"""How long organizations keep messages, for programs."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models.retention import LONGEST_DAYS, Retention
from chat.operations import foresee, set_retention
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictInteger
from orgs.api.references import Reference
from orgs.models import Organization
from workspaces.models import Participant, Workspace

RULES = Retention.objects.select_related("workspace", "set_by")


class RetentionInput(Input):
    workspace = serializers.UUIDField(
        required=False, allow_null=True, help_text="null: wherever its people say something"
    )
    days = StrictInteger(
        min_value=1, max_value=LONGEST_DAYS, allow_null=True, help_text="null: until deleted by hand"
    )


class RetentionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    workspace = Reference(allow_null=True)
    days = serializers.IntegerField(help_text="after so many, words of the organization's own people go")
    begins_at = serializers.DateTimeField(help_text="when it first removes something")
    set_by = Reference()


class ForeseenOutput(serializers.Serializer):
    messages = serializers.IntegerField(help_text="how many it would remove today")
    oldest = serializers.DateTimeField(allow_null=True)
    begins_at = serializers.DateTimeField()


def _room(organization: Organization, key: UUID | None) -> Workspace | None:
    if key is None:
        return None
    parts = Participant.objects.active().filter(organization=organization, workspace=key)
    part = parts.select_related("workspace").first()
    if part is None:
        raise InvalidInput.at("/workspace", "unknown", _("The organization takes no part in this workspace."))
    return part.workspace


class Retentions(ApiView):
    takes = {"PUT": RetentionInput}
    gives = RetentionOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("chat.see_keeping", organization)
        return self.listed(RULES.filter(organization=organization))

    @extend_schema(responses={200: RetentionOutput, 204: None})
    def put(self, request: Request, org_id: UUID) -> Response:
        """Say how long words of the organization's own people are kept; a shorter time begins a day later."""
        organization = self.find(Organization, org_id)
        self.allow("chat.set_retention", organization)
        said = self.read()
        room = _room(organization, said.get("workspace"))
        rule = set_retention(actor=self.actor, organization=organization, workspace=room, days=said["days"])
        return self.shown(RULES.get(pk=rule.pk)) if rule else self.gone()


class Preview(ApiView):
    gives = ForeseenOutput

    @extend_schema(
        parameters=[
            OpenApiParameter("days", int, required=True),
            OpenApiParameter("workspace", UUID, required=False),
        ]
    )
    def get(self, request: Request, org_id: UUID) -> Response:
        """What a rule would remove, before it is set."""
        organization = self.find(Organization, org_id)
        self.allow("chat.set_retention", organization)
        days = request.query_params.get("days", "")
        if not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= LONGEST_DAYS):
            raise InvalidInput.at("days", "out_of_range", _("From 1 to 3650 days."))
        try:
            key = UUID(request.query_params["workspace"]) if request.query_params.get("workspace") else None
        except ValueError:
            raise InvalidInput.at("workspace", "invalid", _("This cannot be read.")) from None
        room = _room(organization, key)
        return self.shown(
            foresee(actor=self.actor, organization=organization, workspace=room, days=int(days))
        )
