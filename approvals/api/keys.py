"""What an organization signs with, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.models import CallSecret
from approvals.operations import draw_call_secret
from kernel.api import ApiView
from kernel.recent import require_recent
from orgs.api.references import Reference, ref
from orgs.models import Organization


class CallSecretOutput(serializers.Serializer):
    """``drawn_at`` is empty as long as there is none."""

    org = serializers.SerializerMethodField()
    drawn_at = serializers.SerializerMethodField()
    old_secret_until = serializers.SerializerMethodField()
    secret = serializers.CharField(required=False, help_text="what signs; only in the answer that makes it")

    def to_representation(self, kept: CallSecret) -> dict[str, Any]:
        shown = super().to_representation(kept)
        return shown if kept.secret else {name: shown[name] for name in shown if name != "secret"}

    @extend_schema_field(Reference)
    def get_org(self, kept: CallSecret) -> Any:
        return ref(kept.organization)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_drawn_at(self, kept: CallSecret) -> Any:
        return kept.drawn_at if kept.sealed_secret else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True, help_text="until then two secrets sign"))
    def get_old_secret_until(self, kept: CallSecret) -> Any:
        return kept.old_secret_until if kept.has_old_secret else None


class CallSecretOfOrg(ApiView):
    """When the secret was drawn that signs what ``call`` steps send; POST draws another, for 24 hours the old one signs as well."""

    gives = CallSecretOutput

    def organization(self, org_id: UUID) -> Organization:
        organization: Organization = self.find(Organization, org_id)
        self.allow("approvals.sign_calls", organization)
        return organization

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.organization(org_id)
        kept = CallSecret.objects.visible_to(self.actor).filter(organization=organization).first()
        return self.shown(kept or CallSecret(organization=organization, drawn_at=timezone.now()))

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.organization(org_id)
        require_recent(self.actor)
        self.read()
        return self.created(draw_call_secret(actor=self.actor, organization=organization))


api_urlpatterns = [path("orgs/<uuid:org_id>/call-secret/", CallSecretOfOrg.as_view(), name="api_call_secret")]
