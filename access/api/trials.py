"""What a change would do, before it is made."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from access.queries import Difference
from access.trials import TRIALS, trial_of, tried
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictString
from orgs.api.references import PersonReference, person
from workspaces.models import Member, Workspace


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


urlpatterns = [
    path("access/what-if/", WhatIf.as_view()),
]
