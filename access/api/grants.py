"""Rights on single things."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from access.api.things import OBJECT, AccessView
from access.kinds import KINDS
from access.levels import CHOICES, Level
from access.models import Grant, Request
from access.operations import grant_access, revoke_access
from accounts.models import User
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, Moment, StrictBoolean, StrictString
from orgs.api.references import PersonReference, person
from orgs.models import Department, Organization


class GrantInput(Input):
    object = StrictString(max_length=80, help_text="<type>:<id>")
    user = serializers.UUIDField(required=False)
    department = serializers.UUIDField(required=False)
    organization = serializers.UUIDField(required=False)
    everybody = StrictBoolean(required=False)
    level = serializers.ChoiceField(choices=CHOICES)
    expires_at = Moment(required=False, allow_null=True)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in ("user", "department", "organization") if name in said]
        if len(named) + bool(said.get("everybody")) != 1:
            sentence = _("Name one of user, department, organization, everybody.")
            raise serializers.ValidationError(sentence, code="one_of")
        return said


class GrantOutput(serializers.Serializer):
    id = serializers.UUIDField()
    object = serializers.SerializerMethodField()
    principal = serializers.SerializerMethodField(help_text="{kind, id, name}")
    level = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    given_by = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_object(self, grant: Grant) -> str:
        name = next(one.name for one in KINDS.values() if one.grants is type(grant))
        return f"{name}:{grant.on_id}"  # type: ignore[attr-defined]

    def get_principal(self, grant: Grant) -> dict[str, Any]:
        key = str(grant.principal.pk) if grant.principal is not None else None
        return {"kind": grant.principal_kind, "id": key, "name": grant.principal_name}

    @extend_schema_field(PersonReference)
    def get_given_by(self, grant: Grant) -> Any:
        return person(grant.given_by, grant.given_for)


class Grants(AccessView):
    takes = {"POST": GrantInput}
    gives = GrantOutput
    lists = True

    @extend_schema(parameters=[OBJECT])
    def get(self, request: HttpRequest) -> Response:
        kind, thing = self.the_object()
        rows = kind.grants.objects.live().told().filter(on=thing) if kind.grants else Request.objects.none()
        return self.listed(rows)

    def post(self, request: HttpRequest) -> Response:
        said = self.read()
        _kind, thing = self.the_object(said["object"], "/object")
        self.allow("access.manage", thing)
        grant = grant_access(
            actor=self.actor,
            thing=thing,
            principal=self._principal(said),
            level=Level.of(said["level"]),
            expires_at=said.get("expires_at"),
        )
        return self.created(grant)

    def _principal(self, said: dict[str, Any]) -> Any:
        for name, noun in (("user", User), ("department", Department), ("organization", Organization)):
            if name in said:
                found = noun.objects.visible_to(self.actor).filter(pk=said[name]).first()  # type: ignore[attr-defined]
                if found is None:
                    raise InvalidInput.at(f"/{name}", "unknown", _("Nobody you know has this id."))
                return found
        return None


class OneGrant(AccessView):
    gives = GrantOutput

    def the_grant(self, grant_id: UUID) -> Grant:
        for kind in KINDS.values():
            if kind.grants is not None:
                rows = kind.grants.objects.visible_to(self.actor).told().select_related("on")
                found = rows.filter(pk=grant_id).first()
                if found is not None:
                    return found
        raise NotVisible

    def get(self, request: HttpRequest, grant_id: UUID) -> Response:
        return self.shown(self.the_grant(grant_id))

    def delete(self, request: HttpRequest, grant_id: UUID) -> Response:
        grant = self.the_grant(grant_id)
        self.allow("access.manage", grant.on)  # type: ignore[attr-defined]
        self.read()
        revoke_access(actor=self.actor, grant=grant)
        return self.gone()


urlpatterns = [
    path("access/grants/", Grants.as_view()),
    path("access/grants/<uuid:grant_id>/", OneGrant.as_view()),
]
