"""How incidents look to programs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.outputs import EntryOutput
from incidents.models import (
    Incident,
    Joined,
    is_read_by,
)
from incidents.timeline import Item
from orgs.api.references import Reference


class JoinedOutput(serializers.Serializer):
    id = serializers.UUIDField()
    type = serializers.CharField(source="kind")
    object = serializers.SerializerMethodField()

    @extend_schema_field(Reference)
    def get_object(self, joined: Joined) -> dict[str, Any]:
        return {"id": str(joined.object_id), "name": joined.label}


class ShareOutput(serializers.Serializer):
    id = serializers.UUIDField()
    partner = Reference()
    shared_by = Reference()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class InsideOutput(serializers.Serializer):
    opened_by = Reference()
    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    what = serializers.CharField()
    summary = serializers.CharField()
    impact = serializers.CharField()
    measures = serializers.CharField()
    lessons = serializers.CharField()


class HeadOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = Reference(source="organization", help_text="whose incident it is")
    number = serializers.IntegerField(help_text="as that organization counts them")
    title = serializers.CharField()
    kind = serializers.CharField()
    severity = serializers.CharField()
    state = serializers.CharField()
    opened_at = serializers.DateTimeField(source="created_at")


class IncidentOutput(HeadOutput):
    inside = serializers.SerializerMethodField(
        help_text="what no partner reads; null for those it is shared with"
    )
    about = serializers.SerializerMethodField(help_text="what it concerns; null like ``inside``")
    shares = serializers.SerializerMethodField(help_text="with whom; null like ``inside``")

    @extend_schema_field(InsideOutput(allow_null=True))
    def get_inside(self, incident: Incident) -> Any:
        return InsideOutput(incident.findings).data if self._is_read(incident) else None

    @extend_schema_field(JoinedOutput(many=True, allow_null=True))
    def get_about(self, incident: Incident) -> Any:
        rows = incident.joined.select_related("alert__user", "hold__user", "person", "workspace", "partner")
        return JoinedOutput(rows, many=True).data if self._is_read(incident) else None

    @extend_schema_field(ShareOutput(many=True, allow_null=True))
    def get_shares(self, incident: Incident) -> Any:
        rows = incident.shares.standing().select_related("partner", "shared_by").order_by("pk")
        return ShareOutput(rows, many=True).data if self._is_read(incident) else None

    def _is_read(self, incident: Incident) -> bool:
        return is_read_by(self.context["actor"], incident.organization_id)


class TaskOutput(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField(source="step.name")
    usual = serializers.CharField(help_text="the key of a step that the house knows, or nothing")
    side = Reference(help_text="the organization that does it")
    assignee = Reference(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    note = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = Reference(allow_null=True)


class NoteOutput(serializers.Serializer):
    id = serializers.UUIDField()
    author = Reference()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class RecordOutput(serializers.Serializer):
    type = serializers.CharField(help_text="`org` or `workspace`")
    id = serializers.UUIDField()


class ReportOutput(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    audience = serializers.CharField()
    published_by = Reference()
    published_at = serializers.DateTimeField(source="created_at")
    sha256 = serializers.CharField(help_text="of the bytes of ``body`` in UTF-8; the record holds it too")


class WholeReportOutput(ReportOutput):
    body = serializers.CharField(help_text="what was published, as canonical JSON")


class StepOutput(serializers.Serializer):
    usual = serializers.CharField()
    title = serializers.CharField(source="name")
    hours = serializers.IntegerField(allow_null=True)


class PinOutput(serializers.Serializer):
    note = serializers.CharField()
    by = Reference(source="pinned_by")
    created_at = serializers.DateTimeField()


class ItemOutput(serializers.Serializer):
    at = serializers.DateTimeField(source="place.at")
    entry = EntryOutput(allow_null=True, help_text="of the record")
    record = serializers.SerializerMethodField(help_text="in which the entry stands; null for a note")
    pin = PinOutput(allow_null=True)
    note = NoteOutput(allow_null=True)

    @extend_schema_field(RecordOutput(allow_null=True))
    def get_record(self, item: Item) -> Any:
        chain = item.entry.chain if item.entry else None
        return {"type": chain.kind, "id": str(chain.noun_id)} if chain else None


class EvidenceOutput(serializers.Serializer):
    """An entry with its place in a record, and the hashes of itself and of the one before."""

    at = serializers.DateTimeField()
    record = serializers.CharField(help_text="type and id of whose it is: `org:…` or `workspace:…`")
    seq = serializers.IntegerField()
    action = serializers.CharField()
    actor = serializers.CharField()
    org = serializers.CharField()
    object = serializers.CharField()
    sentence = serializers.CharField()
    prev = serializers.CharField()
    hash = serializers.CharField()


class CoveringOutput(serializers.Serializer):
    record = serializers.CharField()
    size = serializers.IntegerField(allow_null=True, help_text="null until a checkpoint covers the entries")
    note = serializers.CharField(allow_null=True, help_text="the checkpoint as a signed note")


class TimelineFileOutput(serializers.Serializer):
    incident = serializers.UUIDField()
    entries = EvidenceOutput(many=True)
    checkpoints = CoveringOutput(many=True)


class RunbookOutput(serializers.Serializer):
    kind = serializers.CharField()
    steps = StepOutput(many=True)
