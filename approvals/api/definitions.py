"""What is defined, for programs."""

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.inputs import AnyObject
from approvals.api.naming import named
from approvals.models import Definition, Version
from approvals.operations import (
    create_definition,
    delete_definition,
    draft_version,
    publish_definition,
    retire_definition,
)
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible

DIGEST = re.compile("[0-9a-f]{64}")


class VersionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    body = serializers.JSONField()


class DefinitionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.JSONField()
    org = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()

    def shown(self, definition: Definition) -> Version:
        """Return the version in force, else the newest."""
        if definition.current is not None:
            return definition.current
        return max(definition.versions.all(), key=lambda one: one.number)

    def get_org(self, definition: Definition) -> dict[str, Any] | None:
        return named(definition.organization)

    def get_state(self, definition: Definition) -> str:
        return self.shown(definition).state

    def get_version(self, definition: Definition) -> int:
        return self.shown(definition).number

    def get_sha256(self, definition: Definition) -> str:
        return self.shown(definition).sha256

    def get_body(self, definition: Definition) -> Any:
        return self.shown(definition).body


class DefinitionView(ApiView):
    gives = DefinitionOutput

    def rows(self) -> Any:
        return Definition.objects.select_related("organization", "current").prefetch_related("versions")

    def definition(self, definition_id: UUID) -> Definition:
        return self.find(self.rows(), definition_id)

    def body(self) -> Any:
        """Return the definition's JSON as it was sent; publishing looks at every part of it."""
        said = self.sent()
        if not isinstance(said, dict):
            raise InvalidInput.at("", "not_an_object", _("Send a JSON object."))
        return said


class Definitions(DefinitionView):
    lists = True

    @extend_schema(parameters=[OpenApiParameter("org", OpenApiTypes.UUID)])
    def get(self, request: Request) -> Response:
        return self.listed(self.rows().visible_to(self.actor))

    @extend_schema(request=AnyObject)
    def post(self, request: Request) -> Response:
        self.allow("approvals.manage_definitions", self.actor.org)
        version = create_definition(actor=self.actor, organization=self.actor.org, body=self.body())
        return self.created(self.definition(version.definition_id))


class OneDefinition(DefinitionView):
    def get(self, request: Request, definition_id: UUID) -> Response:
        return self.shown(self.definition(definition_id))

    def delete(self, request: Request, definition_id: UUID) -> Response:
        """Take a form away for good, once no request runs by it; those that have ended keep their version."""
        definition = self.definition(definition_id)
        self.allow("approvals.manage_definitions", definition.organization)
        self.read()
        delete_definition(actor=self.actor, definition=definition)
        return self.gone()


class Versions(DefinitionView):
    gives = VersionOutput
    lists = True

    def get(self, request: Request, definition_id: UUID) -> Response:
        return self.listed(self.definition(definition_id).versions.all(), newest_first=True)

    @extend_schema(
        request=AnyObject,
        parameters=[
            OpenApiParameter(
                "based_on", description="sha256 of the newest version you have seen: 409 if it is not"
            )
        ],
    )
    def post(self, request: Request, definition_id: UUID) -> Response:
        definition = self.definition(definition_id)
        self.allow("approvals.manage_definitions", definition.organization)
        seen, body = self._seen(), self.body()
        return self.created(draft_version(actor=self.actor, definition=definition, body=body, seen=seen))

    def _seen(self) -> str | None:
        said = self.request.query_params.get("based_on")
        if said is not None and not DIGEST.fullmatch(said):
            raise InvalidInput.at("based_on", "invalid", _("This cannot be read."))
        return said


class OneVersion(DefinitionView):
    gives = VersionOutput

    def get(self, request: Request, definition_id: UUID, version_id: UUID) -> Response:
        self.definition(definition_id)
        return self.shown(self.find(Version.objects.filter(definition_id=definition_id), version_id))


class Publication(DefinitionView):
    """Publishes the draft, or the version that is named."""

    gives = VersionOutput

    def post(self, request: Request, definition_id: UUID, version_id: UUID | None = None) -> Response:
        definition = self.definition(definition_id)
        version = self._version(definition, version_id)
        self.allow("approvals.manage_definitions", definition.organization)
        self.read()
        return self.created(publish_definition(actor=self.actor, version=version))

    def _version(self, definition: Definition, version_id: UUID | None) -> Version:
        rows = definition.versions.all()
        if version_id is not None:
            return self.find(Version.objects.filter(definition=definition), version_id)
        newest = max(rows, key=lambda one: (one.state == Version.State.DRAFT, one.number), default=None)
        if newest is None:
            raise NotVisible
        return newest


class InForce(Publication):
    """Publishes the draft; takes out of force what is published."""

    def delete(self, request: Request, definition_id: UUID) -> Response:
        """Retire what is in force; requests that run stay on the version they began with."""
        definition = self.definition(definition_id)
        self.allow("approvals.manage_definitions", definition.organization)
        self.read()
        retire_definition(actor=self.actor, definition=definition)
        return self.gone()
