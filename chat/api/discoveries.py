"""Cases for which an organization looks through what was said, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.discovering import Sought
from chat.models import Discovery
from chat.operations import close_discovery, open_discovery, open_found, search_discovery, take_found
from kernel.api import ApiView, cursor_of, key_of
from kernel.inputs import Input, StrictString
from kernel.serving import found_lines
from orgs.api.references import Reference
from orgs.models import Organization

DISCOVERIES = Discovery.objects.select_related("organization", "opened_by", "closed_by")


class DiscoveryInput(Input):
    case = StrictString(max_length=120)
    reason = StrictString(max_length=500)


class SoughtInput(Input):
    words = StrictString(
        max_length=200, required=False, allow_blank=True, help_text="all of them; Chinese and English"
    )
    people = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, required=False, help_text="of the organization"
    )
    workspace = serializers.UUIDField(required=False, allow_null=True)
    since = serializers.DateField(required=False, allow_null=True, help_text="its first day, UTC")
    until = serializers.DateField(required=False, allow_null=True, help_text="its last day, UTC")


class PageOfSoughtInput(SoughtInput):
    cursor = StrictString(required=False, allow_blank=True, help_text="``next`` of the answer before")


class OpeningInput(Input):
    message = serializers.UUIDField()


class DiscoveryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = Reference(source="organization")
    case = serializers.CharField()
    reason = serializers.CharField()
    opened_by = Reference()
    created_at = serializers.DateTimeField()
    closed_by = Reference(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class FoundFileOutput(serializers.Serializer):
    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()


class HitOutput(serializers.Serializer):
    id = serializers.UUIDField()
    workspace = serializers.DictField(allow_null=True)
    channel = serializers.DictField(help_text="without a name where it is a direct message")
    author = serializers.DictField(allow_null=True, help_text="null: somebody whom the asker may not know")
    organization = serializers.DictField(allow_null=True)
    company = serializers.CharField()
    said_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    kept = serializers.CharField(
        help_text="deleted: a legal hold keeps it; earlier: it said so before it was edited; else empty"
    )
    files = FoundFileOutput(many=True)


class EarlierOutput(serializers.Serializer):
    said_at = serializers.DateTimeField()
    body = serializers.CharField()


class FoundOutput(HitOutput):
    body = serializers.CharField()
    versions = EarlierOutput(many=True, help_text="what it said before, the oldest first")


class FoundPageOutput(serializers.Serializer):
    results = HitOutput(many=True)
    next = serializers.CharField(allow_null=True)


def _sought(said: dict[str, Any]) -> Sought:
    return Sought(**said | {"people": tuple(said.get("people", ()))})


class Discoveries(ApiView):
    takes = {"POST": DiscoveryInput}
    gives = DiscoveryOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("chat.discover", organization)
        return self.listed(DISCOVERIES.filter(organization=organization), newest_first=True)

    def post(self, request: Request, org_id: UUID) -> Response:
        """Open a case, with a reason: before that nothing is looked for."""
        organization = self.find(Organization, org_id)
        self.allow("chat.discover", organization)
        return self.created(open_discovery(actor=self.actor, organization=organization, **self.read()))


class OneDiscovery(ApiView):
    gives = DiscoveryOutput

    def get(self, request: Request, discovery_id: UUID) -> Response:
        return self.shown(self.find(DISCOVERIES, discovery_id))


class Closing(ApiView):
    gives = DiscoveryOutput

    def put(self, request: Request, discovery_id: UUID) -> Response:
        """End a case; it stays, and nothing is looked for in it any more."""
        discovery = self.find(DISCOVERIES, discovery_id)
        self.read()
        close_discovery(actor=self.actor, discovery=discovery)
        return self.shown(self.find(DISCOVERIES, discovery_id))


class Searches(ApiView):
    takes = {"POST": PageOfSoughtInput}
    gives = FoundPageOutput

    @extend_schema(responses={200: FoundPageOutput})
    def post(self, request: Request, discovery_id: UUID) -> Response:
        """Who said something that fits, where and when, the newest first; each search is on record with its words."""
        discovery = self.find(DISCOVERIES, discovery_id)
        said = self.read()
        older = key_of(said.pop("cursor", ""))
        found = search_discovery(
            actor=self.actor, discovery=discovery, sought=_sought(said), older_than=older
        )
        following = cursor_of(found.following) if found.following else None
        return self.shown({"results": found.told(), "next": following})


class Openings(ApiView):
    takes = {"POST": OpeningInput}
    gives = FoundOutput

    @extend_schema(responses={200: FoundOutput})
    def post(self, request: Request, discovery_id: UUID) -> Response:
        """What one message says; each that is opened is on record."""
        discovery = self.find(DISCOVERIES, discovery_id)
        key = self.read()["message"]
        found = open_found(actor=self.actor, discovery=discovery, message_id=key)
        return self.shown(found.told()[0])


class DiscoveryFile(ApiView):
    takes = {"POST": SoughtInput}

    @extend_schema(responses={(200, "application/jsonl"): OpenApiResponse(OpenApiTypes.BINARY)})
    def post(self, request: Request, discovery_id: UUID) -> HttpResponse:
        """All that fits as JSON lines, 10,000 messages at most; ``Content-Digest`` and the record hold the SHA-256."""
        discovery = self.find(DISCOVERIES, discovery_id)
        taken = take_found(actor=self.actor, discovery=discovery, sought=_sought(self.read()))
        return found_lines(taken.lines, taken.digest)
