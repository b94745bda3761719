"""Who has access, why, and until when, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from access.kinds import KINDS, Kind, parsed
from access.levels import CHOICES, Level
from access.models import Grant, Request
from access.operations import (
    answer_request,
    ask_for_access,
    grant_access,
    revoke_access,
    withdraw_request,
)
from access.queries import Difference, Exposure, exposure_of, standings, verdict_on
from access.trials import TRIALS, trial_of, tried
from access.verdicts import Standing
from accounts.models import User
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, Moment, StrictBoolean, StrictString
from kernel.limits import limited
from orgs.api.references import PersonReference, Reference, person, ref
from orgs.models import Department, Organization
from workspaces.models import Member, Workspace

OBJECT = OpenApiParameter(
    "object", OpenApiTypes.STR, required=True, description="<type>:<id>, such as channel:…"
)


class AccessView(ApiView):
    """Asks about the thing that ``?object=<type>:<id>`` names."""

    def the_object(self, said: str | None = None, pointer: str = "object") -> tuple[Kind, Any]:
        """Return what is named, if the actor may know of it.

        Raises:
            InvalidInput: it is not written as ``<type>:<id>``.
            NotVisible: it is missing, or not theirs to know of.
        """
        kind, key = parsed(self.request.query_params.get("object", "") if said is None else said, pointer)
        return kind, kind.find(self.actor, key)


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
        needed = kind.needed(said.get("action", ""))
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
    label = serializers.CharField()
    by_organization = ShareOutput(many=True)

    def get_organizations(self, one: Exposure) -> int:
        return len(one.organizations)


class Exposed(AccessView):
    gives = ExposureOutput

    @extend_schema(parameters=[OBJECT])
    def get(self, request: HttpRequest) -> Response:
        return self.shown(exposure_of(self.actor, *self.the_object()))


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


class RequestInput(Input):
    object = StrictString(max_length=80, help_text="<type>:<id>")
    level = serializers.ChoiceField(choices=CHOICES)
    reason = StrictString(max_length=500, required=False, allow_blank=True)


class RequestOutput(serializers.Serializer):
    id = serializers.UUIDField()
    object = serializers.SerializerMethodField()
    object_name = serializers.CharField()
    level = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.CharField()
    asked_by = serializers.SerializerMethodField()
    answered_by = serializers.SerializerMethodField()
    answered_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_object(self, one: Request) -> str:
        return f"{one.kind}:{one.object_id}"

    @extend_schema_field(PersonReference)
    def get_asked_by(self, one: Request) -> Any:
        return person(one.asked_by, one.asked_for)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_answered_by(self, one: Request) -> Any:
        return person(one.answered_by, None)


REQUESTS = Request.objects.select_related("asked_by", "asked_for", "answered_by")


class Requests(AccessView):
    takes = {"POST": RequestInput}
    gives = RequestOutput
    lists = True

    def get(self, request: HttpRequest) -> Response:
        return self.listed(REQUESTS.visible_to(self.actor), newest_first=True)

    def post(self, request: HttpRequest) -> Response:
        said = self.read()
        _kind, thing = self.the_object(said["object"], "/object")
        limited("invitations", self.actor.user_id)
        asked = ask_for_access(
            actor=self.actor, thing=thing, level=Level.of(said["level"]), reason=said.get("reason", "")
        )
        return self.created(asked)


class OneRequest(ApiView):
    gives = RequestOutput

    def get(self, request: HttpRequest, request_id: UUID) -> Response:
        return self.shown(self.find(REQUESTS, request_id))

    def delete(self, request: HttpRequest, request_id: UUID) -> Response:
        asked = self.find(REQUESTS, request_id)
        self.allow("access.withdraw_request", asked)
        self.read()
        withdraw_request(actor=self.actor, asked=asked)
        return self.gone()


class AnswerInput(Input):
    decision = serializers.ChoiceField(choices=["grant", "decline"])
    level = serializers.ChoiceField(choices=CHOICES, required=False)
    expires_at = Moment(required=False, allow_null=True)
    comment = StrictString(max_length=500, required=False, allow_blank=True)


class Answer(ApiView):
    takes = {"POST": AnswerInput}
    gives = RequestOutput

    def post(self, request: HttpRequest, request_id: UUID) -> Response:
        asked = self.find(REQUESTS, request_id)
        kind = KINDS[asked.kind]
        self.allow("access.answer", (asked, kind.find(self.actor, asked.object_id)))
        said = self.read()
        answered = answer_request(
            actor=self.actor,
            asked=asked,
            grants=said["decision"] == "grant",
            level=Level.of(said["level"]) if "level" in said else None,
            expires_at=said.get("expires_at"),
            comment=said.get("comment", ""),
        )
        return self.created(answered)


class TrialInput(Input):
    change = StrictString(max_length=80, help_text="<change>:<id>")
    classification = serializers.ChoiceField(choices=Workspace.Classification.choices, required=False)
    needs_agreement = StrictBoolean(required=False)
    role = serializers.ChoiceField(choices=Member.Role.choices, required=False)


class DifferenceOutput(serializers.Serializer):
    user = serializers.SerializerMethodField()
    object = serializers.SerializerMethodField()
    name = serializers.CharField()
    before = serializers.CharField(source="before.word")
    after = serializers.CharField(source="after.word")

    @extend_schema_field(PersonReference)
    def get_user(self, one: Difference) -> Any:
        return person(one.user, one.organization)

    def get_object(self, one: Difference) -> str:
        return f"{one.kind.name}:{one.thing.pk}"


class WhatIfOutput(serializers.Serializer):
    change = serializers.CharField()
    results = DifferenceOutput(many=True)


class WhatIf(ApiView):
    """Who would gain or lose what by a change. Nothing is changed: it is done, looked at and undone."""

    takes = {"POST": TrialInput}
    gives = WhatIfOutput

    def post(self, request: HttpRequest) -> Response:
        said = self.read()
        change = said.pop("change")
        trial, key = trial_of(change)
        for name in said:
            if trial is not TRIALS["member" if name == "role" else "workspace"]:
                raise InvalidInput.at(f"/{name}", "unexpected", _("This change takes no such word."))
        if "needs_agreement" in said:
            said["policy"] = {"needs_agreement": said.pop("needs_agreement")}
        _thing, found = tried(self.actor, trial, key, **said)
        return self.shown({"change": change, "results": found})


api_urlpatterns = [
    path("access/what-if/", WhatIf.as_view()),
    path("access/explain/", Explain.as_view()),
    path("access/who/", Who.as_view()),
    path("access/exposure/", Exposed.as_view()),
    path("access/grants/", Grants.as_view()),
    path("access/grants/<uuid:grant_id>/", OneGrant.as_view()),
    path("access/requests/", Requests.as_view()),
    path("access/requests/<uuid:request_id>/", OneRequest.as_view()),
    path("access/requests/<uuid:request_id>/answer/", Answer.as_view()),
]
