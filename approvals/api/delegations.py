"""Who decides for whom while they are away, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.models import Delegation
from approvals.operations import delegate, end_delegation
from kernel.api import ApiView
from kernel.inputs import Input, Moment, StrictString


class DelegationInput(Input):
    delegate = serializers.UUIDField()
    since = Moment()
    until = Moment()
    principal = serializers.UUIDField(
        required=False, allow_null=True, help_text="for whom; oneself if not said"
    )
    definition = serializers.UUIDField(required=False, allow_null=True)
    workspace = serializers.UUIDField(required=False, allow_null=True)
    reason = StrictString(required=False, allow_blank=True, max_length=200, default="")


class DelegationOutput(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["planned", "in_force", "ended"])
    org = serializers.SerializerMethodField()
    principal = serializers.SerializerMethodField()
    delegate = serializers.SerializerMethodField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    definition = serializers.SerializerMethodField()
    workspace = serializers.SerializerMethodField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_org(self, given: Delegation) -> Any:
        return _named(given.organization)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_principal(self, given: Delegation) -> Any:
        return {**_named(given.principal), "org": _named(given.organization)}

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_delegate(self, given: Delegation) -> Any:
        return {**_named(given.delegate), "org": _named(given.organization)}

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_definition(self, given: Delegation) -> Any:
        return {"id": str(given.definition_id), "key": given.definition.key} if given.definition else None

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_workspace(self, given: Delegation) -> Any:
        """The room's key alone: who steers the organization need not be in it."""
        return {"id": str(given.workspace_id)} if given.workspace_id else None


def _named(noun: Any) -> dict[str, Any]:
    return {"id": str(noun.pk), "name": noun.name}


class DelegationView(ApiView):
    gives = DelegationOutput

    def one(self, delegation_id: UUID) -> Delegation:
        return self.find(Delegation.objects.told(), delegation_id)


class Delegations(DelegationView):
    """Those one gave or was given, and those of organizations one steers."""

    takes = {"POST": DelegationInput}
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Delegation.objects.told().visible_to(self.actor), newest_first=True)

    def post(self, request: Request) -> Response:
        self.allow("approvals.delegate", (self.actor.org, None))
        given = delegate(actor=self.actor, organization=self.actor.org, **self.read())
        return self.created(self.one(given.pk))


class OneDelegation(DelegationView):
    """Deleting ends it; what was decided by it stands."""

    def get(self, request: Request, delegation_id: UUID) -> Response:
        return self.shown(self.one(delegation_id))

    def delete(self, request: Request, delegation_id: UUID) -> Response:
        given = self.one(delegation_id)
        self.allow("approvals.end_delegation", given)
        self.read()
        end_delegation(actor=self.actor, delegation=given)
        return self.gone()


api_urlpatterns = [
    path("approvals/delegations/", Delegations.as_view()),
    path("approvals/delegations/<uuid:delegation_id>/", OneDelegation.as_view()),
]
