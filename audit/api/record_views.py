"""Views of a record, for programs; ``?view=`` at the record and its exports asks with one."""

from typing import Any
from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.filters import LONGEST, NAMES
from audit.models import LONGEST_NAME, FirstView, RecordView
from audit.operations import change_view, delete_view, keep_view, open_whole, open_with
from audit.records import readable, the_view
from kernel.api import ApiView
from kernel.inputs import Input, StrictBoolean, StrictString


class ViewInput(Input):
    name = StrictString(max_length=LONGEST_NAME)
    filters = serializers.DictField(
        child=StrictString(max_length=LONGEST, allow_blank=True),
        help_text=f"as in the query string of the record: {', '.join(NAMES)}",
    )
    shared = StrictBoolean(
        required=False, help_text="with all who read this record for the organization one acts for"
    )


class ViewOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    filters = serializers.DictField(child=serializers.CharField())
    shared = serializers.BooleanField(source="is_shared")
    first = serializers.SerializerMethodField(help_text="whether your page of the record opens with it")
    created_at = serializers.DateTimeField()

    def get_first(self, view: RecordView) -> bool:
        return view.pk == self.context.get("first")


class RecordViewsView(ApiView):
    """Whoever may not read the record hears of its views what they hear of the record."""

    gives = ViewOutput

    def the_view(self, kind: str, noun_id: UUID, view_id: UUID) -> RecordView:
        readable(self.actor, kind, noun_id)
        return the_view(self.actor, kind, noun_id, view_id)

    def first(self, kind: str, noun_id: UUID) -> dict[str, Any]:
        rows = FirstView.objects.of(self.actor, kind, noun_id)
        return {"first": rows.values_list("view_id", flat=True).first()}


class RecordViewsList(RecordViewsView):
    """Your own, and those that are shared with you; POST keeps another."""

    takes = {"POST": ViewInput}
    lists = True

    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        rows = RecordView.objects.shown_to(self.actor, kind, noun_id)
        return self.listed(rows, **self.first(kind, noun_id))

    def post(self, request: Request, kind: str, noun_id: UUID) -> Response:
        noun = readable(self.actor, kind, noun_id)
        return self.created(keep_view(actor=self.actor, kind=kind, noun=noun, **self.read()))


class OneRecordView(RecordViewsView):
    takes = {"PATCH": ViewInput}

    def get(self, request: Request, kind: str, noun_id: UUID, view_id: UUID) -> Response:
        return self.shown(self.the_view(kind, noun_id, view_id), **self.first(kind, noun_id))

    def patch(self, request: Request, kind: str, noun_id: UUID, view_id: UUID) -> Response:
        view = self.the_view(kind, noun_id, view_id)
        self.allow("audit.change_view", view)
        change_view(actor=self.actor, view=view, **self.read(partial=True))
        return self.shown(self.the_view(kind, noun_id, view_id), **self.first(kind, noun_id))

    def delete(self, request: Request, kind: str, noun_id: UUID, view_id: UUID) -> Response:
        view = self.the_view(kind, noun_id, view_id)
        self.allow("audit.change_view", view)
        self.read()
        delete_view(actor=self.actor, view=view)
        return self.gone()


class First(RecordViewsView):
    """With which of them your page of the record opens."""

    def put(self, request: Request, kind: str, noun_id: UUID, view_id: UUID) -> Response:
        view = self.the_view(kind, noun_id, view_id)
        self.read()
        open_with(actor=self.actor, view=view)
        return self.shown(view, first=view.pk)

    def delete(self, request: Request, kind: str, noun_id: UUID, view_id: UUID) -> Response:
        view = self.the_view(kind, noun_id, view_id)
        self.read()
        open_whole(actor=self.actor, view=view)
        return self.gone()


view_urlpatterns = [
    path(f"{place}/<uuid:noun_id>/audit/views/{rest}", door.as_view(), {"kind": kind})
    for place, kind in (("orgs", "org"), ("workspaces", "workspace"))
    for rest, door in (
        ("", RecordViewsList),
        ("<uuid:view_id>/", OneRecordView),
        ("<uuid:view_id>/first/", First),
    )
]
