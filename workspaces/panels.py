"""What siblings show on a workspace's home and beside its channels."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ui.registry import Registry


@dataclass(frozen=True)
class Panel:
    """A fragment and what it expects. ``wide`` ones stand in the main column of the home page; all but those that
    say otherwise also ``beside`` the workspace's channels."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    wide: bool = False
    beside: bool = True

    def drawn(self, request: HttpRequest) -> SafeString:
        return render_to_string(self.template, self.context, request)


# Asked with (request, workspace).
panels: Registry[Panel] = Registry()
