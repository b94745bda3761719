"""What apps show beside a thing, on whichever page it has, without the page knowing them."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ui.registry import Registry


@dataclass(frozen=True)
class Aside:
    """A fragment and what it expects."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)

    def drawn(self, request: HttpRequest) -> SafeString:
        return render_to_string(self.template, self.context, request)


# Asked with (request, thing), where a page says {% asides thing %}.
asides: Registry[Aside] = Registry()
