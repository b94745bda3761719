"""The trial run of a definition, for programs."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.definitions import DefinitionView
from approvals.api.inputs import FormField, PartiesField
from approvals.models import Version
from approvals.simulation import simulate
from kernel.errors import NotVisible
from kernel.inputs import Input


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
