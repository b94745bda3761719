"""Internal notes and fields, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.kinds import parsed, reference
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from kernel.limits import limited
from margins.models import LONGEST, Note
from margins.operations import MOST_FIELDS, edit_note, keep_fields, remove_note, write_note
from margins.policies import keeping
from margins.queries import fields_on, notes_on
from orgs.api.references import PersonReference, Reference, person, ref

NOTES = Note.objects.select_related("author", "organization")
OBJECT = "<type>:<id>, such as workspace:…"


class MarginView(ApiView):
    def the_thing(self, said: str, pointer: str = "/object") -> Any:
        """Return what ``<type>:<id>`` names, if the actor may know of it."""
        kind, key = parsed(said, pointer)
        return kind.find(self.actor, key)


class NoteInput(Input):
    object = StrictString(max_length=80, help_text=OBJECT)
    body = StrictString(max_length=LONGEST)


class NoteChange(Input):
    body = StrictString(max_length=LONGEST, required=False)


class NoteOutput(serializers.Serializer):
    id = serializers.UUIDField()
    object = serializers.CharField(source="reference", help_text=OBJECT)
    org = serializers.SerializerMethodField(help_text="whose people alone read it")
    author = serializers.SerializerMethodField()
    body = serializers.CharField()
    html = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(Reference)
    def get_org(self, note: Note) -> Any:
        return ref(note.organization)

    @extend_schema_field(PersonReference)
    def get_author(self, note: Note) -> Any:
        return person(note.author, note.organization)


class Notes(MarginView):
    """What one's own organization has written beside a shared thing; without ``object``, beside all of them."""

    takes = {"POST": NoteInput}
    gives = NoteOutput
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("object", OpenApiTypes.STR, description=OBJECT),
            OpenApiParameter("q", OpenApiTypes.STR, description="words that a note says"),
        ]
    )
    def get(self, request: Request) -> Response:
        said = request.query_params
        rows = NOTES.visible_to(self.actor)
        if "object" in said:
            thing = self.the_thing(said["object"], "object")
            organization = keeping(self.actor, thing)
            rows = notes_on(thing, organization).select_related("organization")
        if "q" in said:
            rows = rows.filter(body__icontains=self._question(said["q"]))
        return self.listed(rows, newest_first=True)

    def _question(self, said: str) -> str:
        limited("search", self.actor.user_id)
        q = said.strip()
        if not 2 <= len(q) <= 200:
            raise InvalidInput.at("q", "out_of_range", _("Two to 200 characters."))
        return q

    def post(self, request: Request) -> Response:
        said = self.read()
        thing = self.the_thing(said["object"])
        self.allow("margins.keep", thing)
        limited("messages", self.actor.user_id)
        return self.created(write_note(actor=self.actor, thing=thing, body=said["body"]))


class OneNote(MarginView):
    takes = {"PATCH": NoteChange}
    gives = NoteOutput

    def get(self, request: Request, note_id: UUID) -> Response:
        return self.shown(self.find(NOTES, note_id))

    def patch(self, request: Request, note_id: UUID) -> Response:
        note = self.find(NOTES, note_id)
        self.allow("margins.change_note", note)
        said = self.read(partial=True)
        if "body" in said:
            edit_note(actor=self.actor, note=note, body=said["body"])
        return self.shown(self.find(NOTES, note_id))

    def delete(self, request: Request, note_id: UUID) -> Response:
        note = self.find(NOTES, note_id)
        self.allow("margins.change_note", note)
        self.read()
        remove_note(actor=self.actor, note=note)
        return self.gone()


class FieldInput(Input):
    name = StrictString(max_length=60)
    value = StrictString(max_length=500)


class FieldsInput(Input):
    object = StrictString(max_length=80, help_text=OBJECT)
    fields_ = FieldInput(many=True, max_length=MOST_FIELDS)

    def get_fields(self) -> dict[str, Any]:
        """``fields`` is a word of the serializer's own, so it gets its name here."""
        known = super().get_fields()
        known["fields"] = known.pop("fields_")
        return known


class FieldOutput(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.CharField()


class FieldsOutput(serializers.Serializer):
    """Names and values in order, and whose people alone read them."""

    object = serializers.CharField(help_text=OBJECT)
    org = Reference()
    fields_ = FieldOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        known = super().get_fields()
        known["fields"] = known.pop("fields_")
        return known


class Fields(MarginView):
    """What one's own organization calls or counts a shared thing by; PUT replaces all of them."""

    takes = {"PUT": FieldsInput}
    gives = FieldsOutput

    @extend_schema(
        parameters=[OpenApiParameter("object", OpenApiTypes.STR, required=True, description=OBJECT)]
    )
    def get(self, request: Request) -> Response:
        return self._kept(self.the_thing(request.query_params.get("object", ""), "object"))

    def put(self, request: Request) -> Response:
        said = self.read()
        thing = self.the_thing(said["object"])
        self.allow("margins.keep", thing)
        limited("messages", self.actor.user_id)
        pairs = [(one["name"], one["value"]) for one in said["fields"]]
        keep_fields(actor=self.actor, thing=thing, fields=pairs)
        return self._kept(thing)

    def _kept(self, thing: Any) -> Response:
        organization = keeping(self.actor, thing)
        fields = list(fields_on(thing, organization))
        return self.shown({"object": reference(thing), "org": ref(organization), "fields": fields})


api_urlpatterns = [
    path("internal-notes/", Notes.as_view()),
    path("internal-notes/<uuid:note_id>/", OneNote.as_view()),
    path("internal-fields/", Fields.as_view()),
]
