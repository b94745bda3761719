"""What the API's paths of webhooks and streams share."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.recent import require_recent
from orgs.api.references import Reference, ref
from orgs.models import Organization
from webhooks.models import Outlet, Outlets

OF_ONE = OpenApiParameter("org", OpenApiTypes.UUID)


class OutletOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = serializers.SerializerMethodField()
    name = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField(help_text="why the platform turned it off")
    failing_since = serializers.DateTimeField(allow_null=True)
    old_secret_until = serializers.DateTimeField(allow_null=True, help_text="until then two secrets sign")
    created_at = serializers.DateTimeField()
    secret = serializers.CharField(required=False, help_text="what signs; only in the answer that makes it")

    def to_representation(self, outlet: Outlet) -> dict[str, Any]:
        shown = super().to_representation(outlet)
        return shown if outlet.secret else {name: shown[name] for name in shown if name != "secret"}

    @extend_schema_field(Reference)
    def get_org(self, outlet: Any) -> Any:
        return ref(outlet.organization)


class OutletView(ApiView):
    """Owners and admins manage those of organizations that they steer; to anybody else there are none."""

    rows: ClassVar[Outlets]

    def managed(self, outlet_id: UUID) -> Any:
        outlet = self.find(self.rows, outlet_id)
        self.allow(outlet.rule, outlet)
        return outlet

    def theirs(self) -> Outlets:
        """Return those that one sees, of the one organization that is asked for."""
        rows, said = self.rows.visible_to(self.actor), self.request.query_params.get("org")
        if said is None:
            return rows
        try:
            return rows.filter(organization=UUID(said))
        except ValueError:
            raise InvalidInput.at("org", "invalid", _("This cannot be read.")) from None

    def opening_for(self, named: UUID | None) -> Organization:
        """Return for which organization a new one is, of those for which one may open any."""
        organization = self.find(Organization, named) if named else self.actor.org
        if organization is None:
            raise InvalidInput.at("/org", "required", _("Say for which organization."))
        self.allow("webhooks.open", organization)
        require_recent(self.actor)
        return organization
