"""How an entry looks to programs, by the API and as JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from audit.filters import Filters
from audit.models import Entries, Entry
from audit.paging import page_of
from audit.sentences import actor_of, object_of, sentence
from kernel.acting import acting
from kernel.actor import Actor

PIECE = 1000  # entries that are read and written at a time


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


class OwnActOutput(EntryOutput):
    """What somebody did, as they are shown it without any right to a record."""

    payload = None
    seq = None
    prev = None
    hash = None


def jsonl_of(entries: Entries, filters: Filters, actor: Actor) -> Iterator[str]:
    """Yield entries as JSON lines, the newest first, a piece at a time.

    The request that asked is over by then, so each piece is read in the name, and told in the language, of who asked.
    """
    language, before = translation.get_language(), None
    while True:
        with acting(actor), translation.override(language):
            page = page_of(entries, filters, PIECE, before)
            lines = "".join(line_of(entry) for entry in page.entries)
        yield lines
        if page.following is None:
            return
        before = page.following


def line_of(entry: Entry) -> str:
    said: Any = EntryOutput(entry).data
    return json.dumps(said, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")) + "\n"


def jsonl_answer(entries: Entries, filters: Filters, actor: Actor, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(
        jsonl_of(entries, filters, actor), content_type="application/x-ndjson; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="record-{kind}-{timezone.localdate()}.jsonl"'
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
