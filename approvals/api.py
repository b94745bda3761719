"""Approvals, for programs: what is defined, what is asked, what waits. Requests leave as their viewer's projection."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals import callback_api, delegation_api, file_api, key_api, paper_api
from approvals.acts import ACTS, act
from approvals.inbox import DUE, Wanted, key_in
from approvals.models import Assignment, Comment, Definition, Instance, InstanceEvent, Version
from approvals.operations import (
    create_definition,
    create_draft,
    delete_definition,
    draft_version,
    publish_definition,
    retire_definition,
    start,
)
from approvals.projection import Step, View
from approvals.queries import waiting_for
from approvals.signatures import told
from approvals.simulation import simulate
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, StrictBoolean, StrictInteger, StrictString

DIGEST = re.compile("[0-9a-f]{64}")


def named(noun: Any) -> dict[str, Any] | None:
    return {"id": str(noun.pk), "name": noun.name} if noun is not None else None


def person(someone: Any, org: Any) -> dict[str, Any] | None:
    return {**(named(someone) or {}), "org": named(org)} if someone is not None else None


# ── Definitions ──────────────────────────────────────────────────────────────
class AnyObject(serializers.Serializer):
    """Any JSON: its own rules look at it."""


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


@extend_schema_field(serializers.DictField(child=serializers.UUIDField()))
class PartiesField(serializers.Field):
    default_error_messages = {"invalid": _("Say which organization stands in which slot, by key and id.")}

    def to_internal_value(self, said: Any) -> dict[str, UUID]:
        if not isinstance(said, dict):
            self.fail("invalid")
        try:
            return {str(key): UUID(value) for key, value in said.items()}
        except (ValueError, TypeError, AttributeError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(OpenApiTypes.OBJECT)
class FormField(serializers.Field):
    def to_internal_value(self, said: Any) -> Any:
        return said

    def to_representation(self, value: Any) -> Any:
        return value


class SimulationInput(Input):
    form = FormField()
    parties = PartiesField(required=False)
    choices = FormField(required=False)
    version = serializers.UUIDField(required=False, allow_null=True)


class SimulationOutput(serializers.Serializer):
    state = serializers.CharField()
    form = serializers.JSONField()
    steps = serializers.ListField(child=serializers.DictField())


class Simulation(DefinitionView):
    """Walks a definition's way with a form, everybody agreeing; nothing is written, nobody is asked."""

    takes = {"POST": SimulationInput}
    gives = SimulationOutput

    def post(self, request: Request, definition_id: UUID) -> Response:
        definition = self.definition(definition_id)
        self.allow("approvals.start", definition)
        said = self.read()
        version = definition.current
        if said.get("version"):
            self.allow("approvals.manage_definitions", definition.organization)
            version = self.find(Version.objects.filter(definition=definition), said["version"])
        if version is None:
            raise NotVisible
        found = simulate(
            self.actor, definition, version, said["form"], said.get("parties") or {}, said.get("choices")
        )
        return self.shown(found)


# ── Requests ─────────────────────────────────────────────────────────────────
class InstanceInput(Input):
    definition = serializers.UUIDField()
    workspace = serializers.UUIDField(required=False, allow_null=True)
    title = StrictString(max_length=200)
    form = FormField()
    parties = PartiesField(required=False)
    choices = FormField(required=False)
    draft = StrictBoolean(required=False, default=False)


ACTIONS = tuple(ACTS)
MODES = ("any", "all", "sequence", "replay", "resume")


class ActionInput(Input):
    action = serializers.ChoiceField(choices=ACTIONS)
    assignment = serializers.UUIDField(required=False, allow_null=True)
    form_rev = StrictInteger(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    comment = StrictString(required=False, allow_blank=True, max_length=10_000, default="")
    audience = serializers.ChoiceField(
        choices=Comment.Audience.choices, required=False, default=Comment.Audience.INTERNAL
    )
    users = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)
    to = serializers.UUIDField(required=False, allow_null=True)
    run = serializers.UUIDField(required=False, allow_null=True)
    choices = FormField(required=False)
    party = StrictString(required=False, max_length=40)
    organization = serializers.UUIDField(required=False, allow_null=True)
    target = StrictString(required=False, max_length=40)
    mode = serializers.ChoiceField(choices=MODES, required=False)
    signature = FormField(required=False)
    fields_ = FormField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """``fields`` is a word of the serializer's own, so it gets its name here."""
        known = super().get_fields()
        known["fields"] = known.pop("fields_")
        return known


class InstanceOutput(serializers.Serializer):
    """A request as one viewer sees it."""

    def to_representation(self, view: View) -> dict[str, Any]:
        instance = view.instance
        return {
            "id": str(instance.pk),
            "number": instance.number or None,
            "state": instance.state,
            "title": instance.title,
            "definition": {"key": instance.definition.key, "version": instance.version.number},
            "initiator": person(instance.initiator, instance.acting_org),
            "handed_to": person(view.keeper, instance.acting_org),
            "acting_org": named(instance.acting_org),
            "workspace": named(instance.workspace) if view.is_host else None,
            "form": view.form,
            "form_rev": instance.form_rev,
            "round": instance.round,
            "created_at": instance.created_at if view.is_host else None,
            "submitted_at": instance.submitted_at if view.is_host else None,
            "settled_at": instance.settled_at,
            "amends": str(instance.amends_id) if instance.amends_id else None,
            "purpose": instance.purpose or None,
            "parent_run": str(instance.parent_run_id) if view.is_host and instance.parent_run_id else None,
            "parties": [self._party(one) for one in view.parties],
            "runs": [self._run(step, view) for step in view.steps],
            "comments": [comment_output(one) for one in view.comments],
            "document": self._document(view),
            "can": [
                {key: str(value) if isinstance(value, UUID) else value for key, value in one.items()}
                for one in view.can
            ],
        }

    def _party(self, one: Any) -> dict[str, Any]:
        return {"id": one.key, "org": named(one.org), "state": one.state, "outcome": one.outcome}

    def _document(self, view: View) -> dict[str, Any] | None:
        """Return by what anybody may tell that the last paper made for this side is ours."""
        paper = view.paper
        return (
            {"code": paper.written_code, "sha256": paper.sha256, "made_at": paper.created_at}
            if paper
            else None
        )

    def _run(self, step: Step, view: View) -> dict[str, Any]:
        run = step.run
        shown = {
            "id": str(run.pk),
            "node": run.node,
            "title": step.name,
            "type": run.type,
            "state": step.state,
            "party": run.party or None,
            "mode": None if step.sealed else run.mode.get("kind"),
            "due_at": run.due_at,
            "assignments": [self._assignment(one, run) for one in step.assignments],
        }
        if run.type == "subflow":
            shown |= {"child": run.tally.get("child"), "number": run.tally.get("number")}
        if run.type == "party":
            shown |= {"since": run.created_at, "outcome": step.outcome, "comment": step.said or None}
        return shown

    def _assignment(self, one: Assignment, run: Any) -> dict[str, Any]:
        return {
            "id": str(one.pk),
            "principal": person(one.principal, run.party_org),
            "actor": person(one.actor, run.party_org),
            "state": one.state,
            "decided_at": one.decided_at,
            "comment": one.comment or None,
            "signature": told(one.signature, person(one.actor, run.party_org)) if one.signature else None,
        }


def comment_output(one: Comment) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "author": person(one.author, one.organization),
        "audience": one.audience,
        "body": one.body,
        "created_at": one.created_at,
    }


class LineOutput(serializers.Serializer):
    """A request in a list: what every viewer of it may know."""

    def to_representation(self, instance: Instance) -> dict[str, Any]:
        return {
            "id": str(instance.pk),
            "number": instance.number or None,
            "state": instance.state,
            "title": instance.title,
            "definition": {"key": instance.definition.key, "version": instance.version.number},
            "initiator": person(instance.initiator, instance.acting_org),
            "acting_org": named(instance.acting_org),
        }


class RequestView(ApiView):
    gives = InstanceOutput

    def instance(self, instance_id: UUID) -> Instance:
        return self.find(Instance.objects.told(), instance_id)

    def seen(self, instance_id: UUID, status: int = 200) -> Response:
        """Answer with the request as it stands now, for the one who asks."""
        rows = Instance.objects.told()
        return self.shown(View(self.find(rows, instance_id), self.actor), status=status)


class Instances(RequestView):
    takes = {"POST": InstanceInput}
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("state"),
            OpenApiParameter("workspace", OpenApiTypes.UUID),
            OpenApiParameter("q", description="words in title and number"),
        ],
        responses=LineOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        said = request.query_params
        rows = Instance.objects.visible_to(self.actor).told()
        if said.get("state"):
            if said["state"] not in Instance.State.values:
                raise InvalidInput.at("state", "unknown", _("There is no such state."))
            rows = rows.filter(state=said["state"])
        if said.get("workspace"):
            rows = rows.filter(workspace_id=self._uuid(said["workspace"]))
        if said.get("q"):
            words = said["q"][:100]
            rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words))
        return self.listed(rows, LineOutput, newest_first=True)

    def _uuid(self, said: str) -> UUID:
        try:
            return UUID(said)
        except ValueError:
            raise InvalidInput.at("workspace", "invalid", _("This cannot be read.")) from None

    def post(self, request: Request) -> Response:
        said = self.read()
        is_draft = said.pop("draft")
        rows = Definition.objects.select_related("organization", "current").visible_to(self.actor)
        definition = rows.filter(pk=said.pop("definition")).first()
        if definition is None:
            raise InvalidInput.at("/definition", "unknown", _("You know no such definition."))
        if is_draft:
            said.pop("choices", None)  # they are said when it is submitted
        verb = create_draft if is_draft else start
        return self.seen(verb(actor=self.actor, definition=definition, **said).pk, 201)


class OneInstance(RequestView):
    def get(self, request: Request, instance_id: UUID) -> Response:
        return self.seen(instance_id)


class Actions(RequestView):
    takes = {"POST": ActionInput}

    @extend_schema(responses={200: InstanceOutput})
    def post(self, request: Request, instance_id: UUID) -> Response:
        instance = self.instance(instance_id)
        said = self.read()
        act(self.actor, instance, said)
        return self.seen(instance.pk)


class EventOutput(serializers.Serializer):
    """One thing that happened, as far as the viewer's organization may know of it."""

    SHOWN = (
        "node", "type", "party", "outcome", "verdict", "state", "number", "round", "form_rev", "run", "reason",
        "target", "mode", "act", "stance",
    )  # fmt: skip

    id = serializers.UUIDField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField()
    principal = serializers.SerializerMethodField()
    acting_org = serializers.SerializerMethodField()
    payload = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_actor(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.actor)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_principal(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.principal)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_acting_org(self, event: InstanceEvent) -> dict[str, Any] | None:
        return named(event.acting_org)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_payload(self, event: InstanceEvent) -> dict[str, Any]:
        shown = [name for name in self.SHOWN if event.payload.get(name) is not None]
        if event.type == "withdrawn":
            shown = [name for name in shown if name != "reason"]  # theirs who asked
        return {name: event.payload[name] for name in shown}


class Events(RequestView):
    gives = EventOutput
    lists = True

    def get(self, request: Request, instance_id: UUID) -> Response:
        return self.listed(View(self.instance(instance_id), self.actor).events())


class WaitingOutput(serializers.Serializer):
    """One decision that waits: which slot, in which request, since when, for which organization."""

    def to_representation(self, one: Assignment) -> dict[str, Any]:
        instance = one.instance
        return {
            "assignment": str(one.pk),
            "since": one.created_at,
            "due_at": one.run.due_at,
            "principal": person(one.principal, one.run.party_org),
            "org": named(one.run.party_org),
            "instance": LineOutput().to_representation(instance),
        }


class Inbox(ApiView):
    """What waits for me, over all my organizations."""

    gives = WaitingOutput
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("definition", OpenApiTypes.UUID),
            OpenApiParameter("partner", OpenApiTypes.UUID, description="an organization that takes part"),
            OpenApiParameter("due", enum=DUE, description="overdue, by the end of today, within seven days"),
        ]
    )
    def get(self, request: Request) -> Response:
        rows = self._narrowed(waiting_for(self.actor)).select_related(
            "principal",
            "run__party_org",
            "instance__definition",
            "instance__version",
            "instance__initiator",
            "instance__acting_org",
        )
        return self.listed(rows)

    def _narrowed(self, rows: Any) -> Any:
        said = self.request.query_params
        if said.get("due", "") not in ("", *DUE):
            raise InvalidInput.at("due", "unknown", _("Say overdue, today or week."))
        for name in ("definition", "partner"):
            if said.get(name) and key_in(said[name]) is None:
                raise InvalidInput.at(name, "invalid", _("This cannot be read."))
        wanted = Wanted.read(said)
        return rows.filter(wanted.slots()) if wanted.is_narrowed else rows


api_urlpatterns = [
    *callback_api.api_urlpatterns,
    *delegation_api.api_urlpatterns,
    *file_api.api_urlpatterns,
    *key_api.api_urlpatterns,
    *paper_api.api_urlpatterns,
    path("approvals/definitions/", Definitions.as_view()),
    path("approvals/definitions/<uuid:definition_id>/", OneDefinition.as_view()),
    path("approvals/definitions/<uuid:definition_id>/publication/", InForce.as_view()),
    path("approvals/definitions/<uuid:definition_id>/simulation/", Simulation.as_view()),
    path("approvals/definitions/<uuid:definition_id>/versions/", Versions.as_view()),
    path("approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/", OneVersion.as_view()),
    path(
        "approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/publication/",
        Publication.as_view(),
        name="version_publication",
    ),
    path("approvals/instances/", Instances.as_view()),
    path("approvals/instances/<uuid:instance_id>/", OneInstance.as_view()),
    path("approvals/instances/<uuid:instance_id>/actions/", Actions.as_view()),
    path("approvals/instances/<uuid:instance_id>/events/", Events.as_view()),
    path("approvals/inbox/", Inbox.as_view()),
]
