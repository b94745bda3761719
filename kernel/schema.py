"""The published OpenAPI, read off the views."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class NamedSchema(AutoSchema):
    """Reads a view's ``takes`` and ``gives`` for the published OpenAPI."""

    def get_request_serializer(self) -> Any:
        return self.view.takes.get(self.method)  # type: ignore[attr-defined]

    def get_response_serializers(self) -> Any:
        if self.method == "DELETE":
            return {204: None}
        status = 201 if self.method == "POST" else 200
        return {status: self.view.gives}  # type: ignore[attr-defined]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self.method == "GET" and self.view.lists)  # type: ignore[attr-defined]
