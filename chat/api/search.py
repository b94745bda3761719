"""Messages by what they say, for programs."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.messages import MessageView
from chat.queries import found
from chat.resources import resource_of
from kernel.errors import InvalidInput
from kernel.limits import limited


class Search(MessageView):
    """``?q=`` in messages, the newest first."""

    lists, pages = True, False

    @extend_schema(
        parameters=[
            OpenApiParameter("q"),
            OpenApiParameter("in", enum=["messages"]),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ]
    )
    def get(self, request: Request) -> Response:
        limited("search", self.actor.user_id)
        q = request.query_params.get("q", "").strip()
        if not 2 <= len(q) <= 200:
            raise InvalidInput.at("q", "out_of_range", _("Two to 200 characters."))
        if request.query_params.get("in", "messages") != "messages":
            raise InvalidInput.at("in", "unknown", _("Messages can be searched."))
        rows = found(self.actor, q).prefetch_related("reactions__user")[: self._limit()]
        return Response({"results": [resource_of(one) for one in rows], "next": None})
