"""What is asked, for programs: begun, read and acted on."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.acts import ACTS, act
from approvals.api.inputs import FormField, PartiesField
from approvals.api.outputs import InstanceOutput, LineOutput
from approvals.models import Comment, Definition, Instance
from approvals.operations import (
    create_draft,
    start,
)
from approvals.parting import known_by
from approvals.projection import View
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictInteger, StrictString


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
            rows = rows.known_as(self.actor, said["state"])
        else:
            rows = rows.kept()
        if said.get("workspace"):
            rows = rows.filter(workspace_id=self._uuid(said["workspace"]))
        if said.get("q"):
            words = said["q"][:100]
            rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words))
        return self.listed(rows, LineOutput, newest_first=True, known=partial(known_by, self.actor))

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
