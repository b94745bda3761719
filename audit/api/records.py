"""Entries of a record, and a copy of them."""

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit import bundles
from audit.filters import Filters
from audit.models import Chain
from audit.operations import note_export
from audit.outputs import EntryOutput, OwnActOutput, jsonl_answer
from audit.paging import page_of
from audit.records import OwnActs, Question, cursor_of, open_record, readable
from kernel.api import ApiView
from kernel.errors import InvalidInput

FILTERS = [
    OpenApiParameter("actor", OpenApiTypes.UUID),
    OpenApiParameter("org", OpenApiTypes.UUID, description="the organization acted for"),
    OpenApiParameter("action", description="an event's name, or an app for all of its events"),
    OpenApiParameter("object", description="type:id, type or id"),
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="or a day, today, or 7d: seven days ago"),
    OpenApiParameter("until", OpenApiTypes.DATETIME),
    OpenApiParameter(
        "outside", OpenApiTypes.BOOL, description="what others did than the organization acted for"
    ),
    OpenApiParameter(
        "act", OpenApiTypes.UUID, description="all that one act did: the receipt of a removal, say"
    ),
    OpenApiParameter("q", description="words in names and addresses"),
]
VIEW = OpenApiParameter(
    "view", OpenApiTypes.UUID, description="a view of this record; what is said besides goes before it"
)


class Record(ApiView):
    """The newest entries first. Words are looked for a stretch at a time: a page may be short, or empty, and have a next."""

    gives = EntryOutput
    lists = True

    @extend_schema(parameters=[*FILTERS, VIEW])
    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        noun = readable(self.actor, kind, noun_id)
        self.refuse_unknown()  # to open the record is itself recorded, so what is asked is read before
        question = Question.of(self.actor, kind, noun_id, request.query_params)
        filters, limit, before = question.filters(), self._limit(), self._before()
        page = page_of(open_record(self.actor, kind, noun).entries, filters, limit, before)
        following = None if page.following is None else str(page.following)
        return Response({"results": EntryOutput(page.entries, many=True).data, "next": following})

    def _before(self) -> int | None:
        said = self.request.query_params.get("cursor")
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            raise InvalidInput.at("cursor", "unknown", _("This cursor is not one of ours."))
        return int(said)


class Export(ApiView):
    """All entries that fit, as JSON lines in the form of the list, the newest first."""

    @extend_schema(
        parameters=[*FILTERS, VIEW],
        responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, kind: str, noun_id: UUID) -> StreamingHttpResponse:
        noun = readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        filters = Question.of(self.actor, kind, noun_id, request.query_params).filters()
        entries = open_record(self.actor, kind, noun).entries
        note_export(actor=self.actor, kind=kind, noun=noun, form="jsonl")
        return jsonl_answer(entries, filters, self.actor, kind)


class Acts(ApiView):
    """What you did, for any organization that you still belong to; the newest first. It takes no right to any record."""

    gives = OwnActOutput
    lists = True

    @extend_schema(parameters=[one for one in FILTERS if one.name not in ("actor", "outside")])
    def get(self, request: Request) -> Response:
        self.refuse_unknown()
        acts = OwnActs(self.actor, Filters.read(request.query_params))
        found, following = acts.page(self._limit(), self._cursor())
        return Response(
            {
                "results": OwnActOutput(found, many=True).data,
                "next": cursor_of(following) if following else None,
            }
        )


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
    path("me/acts/", Acts.as_view()),
    path("orgs/<uuid:noun_id>/audit/", Record.as_view(), {"kind": "org"}),
    path("orgs/<uuid:noun_id>/audit/export.jsonl", Export.as_view(), {"kind": "org"}),
    path("orgs/<uuid:noun_id>/audit/bundle", Bundle.as_view(), {"kind": "org"}, name="org_audit_bundle"),
    path("workspaces/<uuid:noun_id>/audit/", Record.as_view(), {"kind": "workspace"}),
    path("workspaces/<uuid:noun_id>/audit/export.jsonl", Export.as_view(), {"kind": "workspace"}),
    path(
        "workspaces/<uuid:noun_id>/audit/bundle",
        Bundle.as_view(),
        {"kind": "workspace"},
        name="workspace_audit_bundle",
    ),
]
