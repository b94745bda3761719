"""Taking a message back, for programs."""

from datetime import datetime
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Message
from chat.operations import recall_message
from chat.queries import receipts_of
from chat.recalling import recallable_until
from kernel.api import ApiView
from kernel.rules import may

PLACED = Message.objects.select_related("author", "organization", "channel__workspace__host")


class RecallOutput(serializers.Serializer):
    until = serializers.DateTimeField(allow_null=True, help_text="null: it cannot be taken back by the asker")
    read = serializers.IntegerField(help_text="how many others have read it")
    people = serializers.IntegerField(help_text="of how many")
    words = serializers.CharField(
        allow_null=True, help_text="what it said: told once, to its author alone, when it is taken back"
    )


class Recall(ApiView):
    """Its author takes a message back soon after it was said; what has been read is not unread by it."""

    gives = RecallOutput

    def get(self, request: Request, message_id: UUID) -> Response:
        message = self.find(PLACED, message_id)
        is_theirs = may(self.actor, "chat.recall", message)
        return self._told(message, until=recallable_until(message) if is_theirs else None)

    def post(self, request: Request, message_id: UUID) -> Response:
        message = self.find(PLACED, message_id)
        self.allow("chat.recall", message)
        self.read()
        words = recall_message(actor=self.actor, message=message)
        return self._told(message, status=201, words=words)

    def _told(
        self, message: Message, *, status: int = 200, until: datetime | None = None, words: str | None = None
    ) -> Response:
        seen = receipts_of(self.actor, message)
        told = {"until": until, "read": seen.read, "people": seen.people, "words": words}
        return self.shown(told, status=status)
