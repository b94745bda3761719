"""What every door of access needs: the thing that is asked about."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from access.kinds import Kind, parsed
from kernel.api import ApiView

OBJECT = OpenApiParameter(
    "object", OpenApiTypes.STR, required=True, description="<type>:<id>, such as channel:…"
)


class AccessView(ApiView):
    """Asks about the thing that ``?object=<type>:<id>`` names."""

    def the_object(self, said: str | None = None, pointer: str = "object") -> tuple[Kind, Any]:
        """Return what is named, if the actor may know of it.

        Raises:
            InvalidInput: it is not written as ``<type>:<id>``.
            NotVisible: it is missing, or not theirs to know of.
        """
        kind, key = parsed(self.request.query_params.get("object", "") if said is None else said, pointer)
        return kind, kind.find(self.actor, key)
