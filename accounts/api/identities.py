"""The JSON door to whom one is known as elsewhere; connecting needs a browser that goes there and comes back."""

from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ExternalIdentity
from accounts.operations import disconnect_identity
from kernel.api import ApiView
from kernel.recent import require_recent


class IdentityOutput(serializers.Serializer):
    id = serializers.UUIDField()
    provider = serializers.CharField()
    name = serializers.CharField(help_text="What you were called there on the day it was connected.")
    connected_at = serializers.DateTimeField(source="created_at")
    last_used_at = serializers.DateTimeField(allow_null=True)


class Identities(ApiView):
    gives = IdentityOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(ExternalIdentity.objects.filter(user=request.user))


class OneIdentity(ApiView):
    def delete(self, request: Request, identity_id: UUID) -> Response:
        """End signing in this way."""
        identity = self.find(ExternalIdentity.objects.filter(user=request.user), identity_id)
        self.allow("accounts.connect", request.user)
        require_recent(self.actor)
        self.read()
        disconnect_identity(actor=self.actor, identity=identity)
        return self.gone()


urlpatterns = [
    path("me/identities/", Identities.as_view()),
    path("me/identities/<uuid:identity_id>/", OneIdentity.as_view()),
]
