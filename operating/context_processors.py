"""What every page says of the platform's state."""

from typing import Any

from django.http import HttpRequest

from kernel.switches import WRITING
from operating import state
from operating.models import Banner


class Operating:
    """Asked by ``base.html``; reads nothing from the database."""

    def __init__(self, request: HttpRequest) -> None:
        self._dismissed = request.COOKIES.get("dismissed", "").split(".")

    @property
    def banners(self) -> list[Banner]:
        return [one for one in state.current().banners if one.is_shown and not self._is_dismissed(one)]

    @property
    def is_read_only(self) -> bool:
        return WRITING.name in state.current().off

    def _is_dismissed(self, banner: Banner) -> bool:
        return banner.level == Banner.Level.INFO and banner.pk.hex in self._dismissed


def operating(request: HttpRequest) -> dict[str, Any]:
    return {"operating": Operating(request)}
