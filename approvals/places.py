"""Where approvals stand in the shell: the sidebar, with what waits in red, and what is found by typing."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import Definition, Instance
from approvals.nearest import called
from approvals.parting import known_by
from approvals.queries import waiting_count
from ui.palette import Hit, palette
from ui.sidebar import Item, Section, sidebar

MOST = 8


@sidebar.feed(place=20)
def approvals_place(request: HttpRequest) -> Iterator[Section]:
    waiting = waiting_count(request.actor)
    if waiting or request.actor.org is not None:
        yield Section(
            items=[
                Item(
                    label=_("Approvals"), url=reverse("approvals"), icon="stamp", count=waiting, alert=True,
                    live="nav-approvals",
                )
            ]
        )  # fmt: skip


@palette.feed(place=40)
def requests_found(request: HttpRequest, q: str) -> Iterator[Hit]:
    keys = called(request.actor, q, None, MOST)
    rows = Instance.objects.each_visible_to(request.actor).filter(pk__in=keys).prefetch_related("parties")
    for one in known_by(request.actor, rows.order_by("-pk")):
        yield Hit(
            group=_("Approvals"), label=one.title, note=one.number or one.get_state_display(), icon="stamp",
            url=reverse("approval", args=[one.pk]),
        )  # fmt: skip


@palette.feed(place=41)
def forms_found(request: HttpRequest, q: str) -> Iterator[Hit]:
    """What can be started."""
    wanted = q.casefold()
    if request.actor.org_id is None:
        return
    rows = Definition.objects.visible_to(request.actor).published().filter(organization=request.actor.org_id)
    for one in rows[:50]:
        if any(wanted in str(words).casefold() for words in one.title.values()):
            yield Hit(
                group=_("New request"), label=one.name, icon="file-plus-2",
                url=reverse("approval_form", args=[one.pk]),
            )  # fmt: skip
