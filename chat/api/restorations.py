"""Putting a deleted message back, for programs."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MESSAGES, MessageView
from chat.operations import restore_message


class Restoration(MessageView):
    def post(self, request: Request, message_id: UUID) -> Response:
        """Its author puts back what they have just deleted: within fifteen seconds, with its files and reactions."""
        message = self.find(MESSAGES, message_id)
        self.allow("chat.restore", message)
        self.read()
        restore_message(actor=self.actor, message=message)
        return self.told(self.find(MESSAGES, message_id))
