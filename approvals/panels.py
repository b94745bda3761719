"""What a workspace shows of approvals: those under way, as far as the one who looks may know of them."""

from collections.abc import Iterator

from django.http import HttpRequest

from approvals.queries import lines_of, open_in
from workspaces.models import Workspace, seat_of
from workspaces.panels import Panel, panels

MOST = 5


@panels.feed(place=30)
def open_approvals(request: HttpRequest, workspace: Workspace) -> Iterator[Panel]:
    seat = seat_of(request.actor, workspace.pk)
    if seat is not None and seat.is_external:
        return
    lines = lines_of(request.actor, open_in(request.actor, workspace.pk)[:MOST])
    may_ask = seat is not None and seat.role in ("manager", "editor")
    context = {"lines": lines, "workspace": workspace, "may_ask": may_ask}
    yield Panel(template="approvals/_workspace_panel.html", context=context, wide=True)
