"""Entries of a record, and a copy of them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit import bundles
from audit.models import Chain, Entry
from audit.operations import note_export
from audit.records import Filters, open_record, readable
from audit.sentences import actor_of, object_of, sentence
from kernel.api import ApiView
from kernel.errors import InvalidInput


class Whom(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class ActorOutput(Whom):
    via = serializers.CharField()


class ObjectOutput(Whom):
    type = serializers.CharField()


class EntryOutput(serializers.Serializer):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    event = serializers.UUIDField(source="event_id")
    actor = serializers.SerializerMethodField()
    acting_org = serializers.SerializerMethodField()
    action = serializers.CharField(source="name")
    object = serializers.SerializerMethodField()
    workspace = serializers.UUIDField(source="workspace_id", allow_null=True)
    ip = serializers.CharField(source="address")
    device = serializers.CharField()
    request_id = serializers.CharField()
    act = serializers.UUIDField(
        source="correlation", allow_null=True, help_text="shared by all that one act did"
    )
    payload = serializers.JSONField()
    erased = serializers.SerializerMethodField(
        help_text="what was erased of people who left for good: `actor.name`, `from.address`, `from.device`, "
        "`object.name` or `payload.` and a key. Names stand there in words instead; the rest is empty"
    )
    sentence = serializers.SerializerMethodField()
    prev = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()

    @extend_schema_field(ActorOutput)
    def get_actor(self, entry: Entry) -> dict[str, Any]:
        return {"id": entry.actor_id, "name": actor_of(entry), "via": entry.via}

    @extend_schema_field(Whom(allow_null=True))
    def get_acting_org(self, entry: Entry) -> dict[str, Any] | None:
        return {"id": entry.org_id, "name": entry.org_name} if entry.org_id else None

    @extend_schema_field(ObjectOutput(allow_null=True))
    def get_object(self, entry: Entry) -> dict[str, Any] | None:
        if not entry.subject_type:
            return None
        return {"type": entry.subject_type, "id": entry.subject_id, "name": object_of(entry)}

    def get_erased(self, entry: Entry) -> list[str]:
        return sorted(entry.erased)

    def get_sentence(self, entry: Entry) -> str:
        return sentence(entry)

    def get_prev(self, entry: Entry) -> str:
        return bytes(entry.prev).hex()

    def get_hash(self, entry: Entry) -> str:
        return bytes(entry.hash).hex()


FILTERS = [
    OpenApiParameter("actor", OpenApiTypes.UUID),
    OpenApiParameter("org", OpenApiTypes.UUID, description="the organization acted for"),
    OpenApiParameter("action", description="an event's name, or an app for all of its events"),
    OpenApiParameter("object", description="type:id, type or id"),
    OpenApiParameter("since", OpenApiTypes.DATETIME),
    OpenApiParameter("until", OpenApiTypes.DATETIME),
    OpenApiParameter(
        "act", OpenApiTypes.UUID, description="all that one act did: the receipt of a removal, say"
    ),
    OpenApiParameter("q", description="words in names and addresses"),
]


class Record(ApiView):
    """The newest entries first."""

    gives = EntryOutput
    lists = True

    @extend_schema(parameters=FILTERS)
    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        noun = readable(self.actor, kind, noun_id)
        self.refuse_unknown()  # to open the record is itself recorded, so what is asked is read before
        filters, limit, before = Filters.read(request.query_params), self._limit(), self._before()
        wanted = filters.of(open_record(self.actor, kind, noun).entries)
        if before is not None:
            wanted = wanted.filter(seq__lt=before)
        found = list(wanted.order_by("-seq")[: limit + 1])
        following = str(found[limit - 1].seq) if len(found) > limit else None
        return Response({"results": EntryOutput(found[:limit], many=True).data, "next": following})

    def _before(self) -> int | None:
        said = self.request.query_params.get("cursor")
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            raise InvalidInput.at("cursor", "unknown", _("This cursor is not one of ours."))
        return int(said)


class Bundle(ApiView):
    """A copy that ``manage.py audit_verify --bundle`` checks without asking us: JSON lines, oldest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("after", OpenApiTypes.INT, description="begin behind this entry"),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"at most {bundles.MOST}, as by default"),
        ],
        responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, kind: str, noun_id: UUID) -> HttpResponse:
        noun = readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        after, limit = self._number("after", 0, 10**15), self._number("limit", bundles.MOST, bundles.MOST)
        record = open_record(self.actor, kind, noun)
        note_export(actor=self.actor, kind=kind, noun=noun, form="bundle")
        lines = bundles.lines_of(record.chain or Chain(kind=kind, noun_id=noun_id), after, limit)
        response = HttpResponse("".join(lines), content_type="application/x-ndjson; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="record-{kind}-{noun_id}.jsonl"'
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _number(self, name: str, default: int, most: int) -> int:
        said = self.request.query_params.get(name, str(default))
        if not (said.isascii() and said.isdigit() and int(said[:16]) <= most):
            raise InvalidInput.at(name, "out_of_range", _("A number within the limits."))
        return int(said)


record_urlpatterns = [
    path("orgs/<uuid:noun_id>/audit/", Record.as_view(), {"kind": "org"}),
    path("orgs/<uuid:noun_id>/audit/bundle", Bundle.as_view(), {"kind": "org"}, name="org_audit_bundle"),
    path("workspaces/<uuid:noun_id>/audit/", Record.as_view(), {"kind": "workspace"}),
    path(
        "workspaces/<uuid:noun_id>/audit/bundle",
        Bundle.as_view(),
        {"kind": "workspace"},
        name="workspace_audit_bundle",
    ),
]
