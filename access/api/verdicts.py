"""Who has access, why, and whom something reaches."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from access.api.things import OBJECT, AccessView
from access.queries import Exposure, exposure_of, standings, verdict_on
from access.verdicts import Standing
from kernel.errors import InvalidInput
from orgs.api.references import PersonReference, Reference, person, ref
from orgs.models import Organization


class StepOutput(serializers.Serializer):
    rule = serializers.CharField()
    source = serializers.CharField(help_text="what it comes from, <type>:<id>")
    object = serializers.SerializerMethodField(help_text="what was asked about, <type>:<id>")
    effect = serializers.ChoiceField(choices=["allow", "deny", "none"])
    level = serializers.SerializerMethodField(help_text="what it gives; with deny, what it leaves")
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()

    def get_object(self, step: Any) -> str:
        return self.context["object"]

    def get_level(self, step: Any) -> str:
        return (step.caps if step.effect == "deny" else step.gives).word


class ExplanationOutput(serializers.Serializer):
    """A verdict and every rule on its way; ``change`` is the least that would turn a no into a yes."""

    object = serializers.CharField()
    action = serializers.CharField()
    user = PersonReference()
    allowed = serializers.BooleanField()
    level = serializers.CharField()
    needed = serializers.CharField()
    steps = StepOutput(many=True)
    change = serializers.CharField(allow_blank=True)


class Explain(AccessView):
    gives = ExplanationOutput

    @extend_schema(
        parameters=[
            OBJECT,
            OpenApiParameter("action", OpenApiTypes.STR, required=True),
            OpenApiParameter("user", OpenApiTypes.UUID, description="left out: oneself"),
        ]
    )
    def get(self, request: HttpRequest) -> Response:
        kind, thing = self.the_object()
        said = request.query_params
        try:
            user_id = UUID(said["user"]) if "user" in said else None
        except ValueError:
            raise InvalidInput.at("user", "invalid", _("This is no id.")) from None
        user, verdict = verdict_on(self.actor, kind, thing, user_id)
        needed = kind.needed(said.get("action", ""), thing)
        named = f"{kind.name}:{thing.pk}"
        shown = {
            "object": named,
            "action": said["action"],
            "user": person(user, None),
            "allowed": verdict.allows(needed),
            "level": verdict.level.word,
            "needed": needed.word,
            "steps": verdict.steps,
            "change": str(verdict.change(needed)),
        }
        return self.shown(shown, object=named)


class StandingOutput(serializers.Serializer):
    user = serializers.SerializerMethodField()
    org = serializers.SerializerMethodField()
    external = serializers.BooleanField(source="is_external")
    company = serializers.CharField()
    level = serializers.SerializerMethodField()
    how = serializers.SerializerMethodField(help_text="the rule that counts, and its reason")
    until = serializers.DateTimeField(source="verdict.until", allow_null=True)

    @extend_schema_field(PersonReference)
    def get_user(self, one: Standing) -> Any:
        return person(one.user, one.organization)

    @extend_schema_field(Reference(allow_null=True))
    def get_org(self, one: Standing) -> Any:
        return ref(one.organization)

    def get_level(self, one: Standing) -> str:
        return one.verdict.level.word

    def get_how(self, one: Standing) -> dict[str, str]:
        step = one.verdict.giving
        return {"rule": step.rule, "source": step.source, "reason": str(step.reason)} if step else {}


class WhoOutput(serializers.Serializer):
    object = serializers.CharField()
    results = StandingOutput(many=True)


class Who(AccessView):
    gives = WhoOutput

    @extend_schema(parameters=[OBJECT])
    def get(self, request: HttpRequest) -> Response:
        kind, thing = self.the_object()
        return self.shown(
            {"object": f"{kind.name}:{thing.pk}", "results": standings(self.actor, kind, thing)}
        )


class ShareOutput(serializers.Serializer):
    org = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()

    @extend_schema_field(Reference)
    def get_org(self, one: tuple[Organization, int]) -> Any:
        return ref(one[0])

    def get_people(self, one: tuple[Organization, int]) -> int:
        return one[1]


class ExposureOutput(serializers.Serializer):
    people = serializers.IntegerField()
    organizations = serializers.SerializerMethodField()
    outside = serializers.IntegerField(help_text="people who act for other organizations")
    contacts = serializers.IntegerField()
    abroad = serializers.IntegerField(help_text="people known to work in another country than the asker's")
    label = serializers.CharField()
    by_organization = ShareOutput(many=True)

    def get_organizations(self, one: Exposure) -> int:
        return len(one.organizations)


class Exposed(AccessView):
    gives = ExposureOutput

    @extend_schema(parameters=[OBJECT])
    def get(self, request: HttpRequest) -> Response:
        return self.shown(exposure_of(self.actor, *self.the_object()))


urlpatterns = [
    path("access/explain/", Explain.as_view()),
    path("access/who/", Who.as_view()),
    path("access/exposure/", Exposed.as_view()),
]
