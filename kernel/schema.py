"""The published OpenAPI, read off the views."""

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

IF_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    description="The ETag of what you saw: if it is something else by now, nothing is changed. `*` for whatever it is.",
)
ETAG = OpenApiParameter(
    "ETag", location=OpenApiParameter.HEADER, response=[200, 201], description="Changes with what is shown."
)
PAGING = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="How many, 1 to 200; 50 unless said."),
    OpenApiParameter("cursor", description="The `next` of the answer before."),
]
CHANGED = OpenApiResponse(
    description="`changed_meanwhile`: it is not what `If-Match` names; the ETag is here."
)


class DoorScheme(OpenApiAuthenticationExtension):
    """The two keys to the API: a token, or the session of the browser with its CSRF token."""

    target_class = "kernel.authentication.DoorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        session = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
        return [{"type": "http", "scheme": "bearer"}, session]


class NamedSchema(AutoSchema):
    """Reads a view's ``takes`` and ``gives`` for the published OpenAPI."""

    def get_serializer_name(self, serializer: Any, direction: Literal["request", "response"]) -> str:
        """Return a name that begins with its app's, since two apps may each know a ``MemberOutput``."""
        app = type(serializer).__module__.partition(".")[0]
        return app.capitalize() + super().get_serializer_name(serializer, direction)

    def get_override_parameters(self) -> list[Any]:
        if self.method == "PATCH":
            return [IF_MATCH, ETAG]
        if self.method == "GET" and self.view.lists and self.view.pages:  # type: ignore[attr-defined]
            return list(PAGING)
        is_one = self.method == "POST" or (self.method == "GET" and not self.view.lists)  # type: ignore[attr-defined]
        return [ETAG] if is_one else []

    def get_request_serializer(self) -> Any:
        return self.view.takes.get(self.method)  # type: ignore[attr-defined]

    def get_response_serializers(self) -> Any:
        if self.method == "DELETE":
            return {204: None}
        status = 201 if self.method == "POST" else 200
        changed = {412: CHANGED} if self.method == "PATCH" else {}
        return {status: self.view.gives, **changed}  # type: ignore[attr-defined]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self.method == "GET" and self.view.lists)  # type: ignore[attr-defined]


def parameters_of(view: Any, method: str) -> set[str]:
    """Return the names that a query string may use at ``method`` of a view: those that the OpenAPI publishes."""
    written = getattr(view, method.lower(), None)
    schema = getattr(written, "kwargs", {}).get("schema", NamedSchema)()
    schema.view, schema.method = view, method
    return {one.name for one in schema.get_override_parameters() if one.location == OpenApiParameter.QUERY}
