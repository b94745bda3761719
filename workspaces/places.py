"""Where workspaces stand in the shell."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.actor import Actor
from kernel.prepared import Prepared, person
from ui.palette import MOST_PER_GROUP, Hit, palette
from ui.sidebar import Item, Section, sidebar
from workspaces.models import Participant, Workspace, Workspaces


def rooms_of(request: HttpRequest) -> list[Workspace]:
    """Return the rooms in which the person sits, asked once a request; siblings hang their places under them.

    ``is_shared`` says of each whether more than one organization takes part.
    """
    if not hasattr(request, "_rooms"):
        request._rooms = SEATED.all(user=request.actor.user_id) if request.actor.user_id else []
    return request._rooms


def _seated(actor: Actor) -> Workspaces:
    others = (
        Participant.objects.active().filter(workspace=OuterRef("pk")).exclude(organization=OuterRef("host"))
    )
    active = Workspace.objects.filter(state=Workspace.State.ACTIVE).seating(actor)
    return active.annotate(is_shared=Exists(others)).order_by("name", "pk")


SEATED = Prepared(lambda user: _seated(person(user)), user=UUID)


def section_key(workspace: Workspace) -> str:
    return f"workspace-{workspace.pk.hex}"


@sidebar.feed(place=10)
def all_rooms(request: HttpRequest) -> Iterator[Section]:
    yield Section(items=[Item(label=_("Workspaces"), url=reverse("workspaces"), icon="layout-grid")])


@sidebar.feed(place=30)
def each_room(request: HttpRequest) -> Iterator[Section]:
    for workspace in rooms_of(request):
        where = reverse("workspace", args=[workspace.pk])
        home = Item(label=_("Home"), url=where, icon="house")
        yield Section(key=section_key(workspace), title=workspace.name, url=where, items=[home])


@palette.feed(place=10)
def rooms_found(request: HttpRequest, q: str) -> Iterator[Hit]:
    named = Workspace.objects.visible_to(request.actor).filter(name__icontains=q).select_related("host")
    for one in named.order_by("name")[:MOST_PER_GROUP]:
        yield Hit(
            group=_("Workspaces"),
            label=one.name,
            url=reverse("workspace", args=[one.pk]),
            icon="layout-grid",
            note=one.host.name,
        )
