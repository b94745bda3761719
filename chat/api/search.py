"""Messages by what they say, for programs."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MessageView
from chat.models import Message
from chat.questions import Question
from chat.resources import resource_of
from chat.searching import found
from kernel.api import cursor_of
from kernel.errors import InvalidInput
from kernel.limits import limited

NARROWING = ("from", "channel", "org", "has", "before", "after")


class Search(MessageView):
    """``?q=`` in messages, the newest first; what narrows it may stand among its words (``from:nora``) or beside them."""

    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("q"),
            OpenApiParameter("in", enum=["messages"]),
            *(OpenApiParameter(name) for name in NARROWING),
        ]
    )
    def get(self, request: Request) -> Response:
        limited("search", self.actor.user_id)
        asked = request.query_params
        fields = {"in" if name == "channel" else name: asked.get(name, "") for name in NARROWING}
        q = asked.get("q", "").strip()
        if len(q) > 200 or (len(q) < 2 and not any(fields.values())):
            raise InvalidInput.at("q", "out_of_range", _("Two to 200 characters."))
        if asked.get("in", "messages") != "messages":
            raise InvalidInput.at("in", "unknown", _("Messages can be searched."))
        most = self._limit()
        rows = found(
            self.actor,
            Message.objects.told(),
            Question.read(q, **fields),
            most=most,
            older_than=self._cursor(),
        )
        following = cursor_of(rows[-1].pk) if len(rows) == most else None
        return Response({"results": [resource_of(one) for one in rows], "next": following})
